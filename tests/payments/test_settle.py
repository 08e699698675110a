"""Settlement: a constant number of statements, whole batches, the right accounts, one telling each."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from base.models import Event
from base.owner import as_owner
from payments.flows.settle import settle, settle_one
from payments.models import Payment, Receipt
from payments.tasks import settle_due
from tests.factories import (
    Shop,
    balance,
    make_one_time_code,
    make_person,
    make_shop,
    make_static_code,
    pay,
    settle_all,
)
from wallets.models import Entry, Hold, Journal

pytestmark = pytest.mark.django_db


def promised(number: int, *shops: Shop) -> list[Payment]:
    """So many payments, over the shops in turn, by two payers."""
    payers = [make_person(funds={"EUR": 90_000}), make_person(funds={"EUR": 90_000})]
    codes = [
        make_static_code(shop, "reduced" if place % 2 else "standard") for place, shop in enumerate(shops)
    ]
    return [pay(codes[n % len(codes)], payers[n % 2], 100 + n, tip_minor=n % 3) for n in range(number)]


def test_the_number_of_statements_does_not_grow_with_the_batch() -> None:
    shops = [make_shop(), make_shop(trade_name="Other")]
    promised(4, *shops)
    settle()
    counts = []
    for size in (5, 50):
        promised(size, *shops)
        with CaptureQueriesContext(connection) as seen:
            assert settle() == size
        counts.append(len(seen))
    # begin, limits, the whole batch, commit
    assert counts == [4, 4]


def test_a_batch_has_its_limit_and_the_oldest_go_first() -> None:
    payments = promised(5, make_shop())
    assert [settle(limit=2), settle(limit=2), settle(limit=2), settle()] == [2, 2, 1, 0]
    numbers = [Receipt.objects.get(payment=payment).number for payment in payments]
    assert numbers == [1, 2, 3, 4, 5]


def test_the_limit_holds_whatever_the_planner_believes() -> None:
    """A sub-select with LIMIT and SKIP LOCKED may be run once a row, and each time take the next rows."""
    shop = make_shop()
    promised(1, shop)
    with as_owner(connection), connection.cursor() as cursor:
        cursor.execute("ANALYZE payments_due")  # it now expects one row, and chooses a plain nested loop
    promised(2, shop)
    assert settle(limit=1) == 1


def test_each_shop_counts_its_own_receipts() -> None:
    shops = make_shop(), make_shop(trade_name="Other")
    promised(5, *shops)
    settle_all()
    for shop, most in zip(shops, (3, 2), strict=True):
        found = Receipt.objects.filter(merchant=shop.merchant).order_by("number")
        assert [receipt.number for receipt in found] == list(range(1, most + 1))


def test_nothing_promised_is_nothing_settled() -> None:
    assert (settle(), settle_due(), Journal.objects.count()) == (0, 0, 0)


def test_the_task_settles_until_nothing_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    promised(5, make_shop())
    monkeypatch.setattr("payments.tasks.BATCH", 2)
    monkeypatch.setattr("payments.tasks.settle", lambda lane: settle(limit=2, lane=lane))
    assert settle_due() == 5
    assert not Payment.objects.filter(state="promised").exists()


def test_a_settled_payment_is_settled_once() -> None:
    (payment,) = promised(1, make_shop())
    first = settle_one(payment_id=payment.pk)
    again = settle_one(payment_id=payment.pk)
    assert (first.state, first.journal, first.settled_at) == ("settled", again.journal, again.settled_at)
    assert Journal.objects.filter(kind="sale").count() == 1


def test_what_is_settled_is_the_promise_and_nothing_of_today() -> None:
    """The shop raises its fee and changes its name meanwhile: terms and receipt are those of the sale."""
    shop = make_shop()
    (payment,) = promised(1, shop)
    type(shop.merchant).objects.filter(pk=shop.merchant.pk).update(fee_ppm=9_000, trade_name="New name")
    shop.merchant.tax_profile.rounding = "per_rate_total"
    shop.merchant.tax_profile.save()
    settle_all()
    assert balance(f"platform:EUR:fees:{shop.merchant.pk}") == payment.fee_minor
    body = Receipt.objects.get().body
    assert f'"trade_name":"{shop.merchant.trade_name}"' in body
    assert '"rounding":"per_line"' in body


def test_a_frozen_shop_and_a_frozen_wallet_still_get_what_was_promised() -> None:
    shop = make_shop()
    (payment,) = promised(1, shop)
    type(shop.merchant).objects.filter(pk=shop.merchant.pk).update(frozen_at="2026-11-22T00:00:00Z")
    payment.person.wallet.frozen_at = "2026-11-22T00:00:00Z"
    payment.person.wallet.save()
    assert settle() == 1
    assert Hold.objects.get().state == "captured"


def test_an_untaxed_sale_has_no_tax_leg() -> None:
    shop = make_shop(categories=("exempt",))
    payment = pay(make_static_code(shop, "exempt"), make_person(funds={"EUR": 5000}), 1000)
    settle_all()
    payment.refresh_from_db()
    codes = Entry.objects.filter(journal=payment.journal).values_list("account__code", flat=True)
    assert sorted(code.split(":")[0] for code in codes) == ["customer", "merchant", "platform"]
    assert balance(f"merchant:{shop.merchant.pk}:EUR:payable") == 995


@pytest.mark.parametrize(
    ("country", "currency", "amount", "sale_tax"), [("VN", "VND", 40_000, 3636), ("US", "USD", 1083, 83)]
)
def test_other_money_and_other_taxes(country: str, currency: str, amount: int, sale_tax: int) -> None:
    shop = make_shop(country)
    payment = pay(make_static_code(shop), make_person(funds={currency: 90_000}), amount)
    settle_all()
    fee = payment.fee_minor
    assert payment.tax_minor == sale_tax
    assert balance(f"merchant:{shop.merchant.pk}:{currency}:payable") == amount - sale_tax - fee


def test_a_settlement_is_told_with_its_receipt_number() -> None:
    shop = make_shop()
    payment = pay(make_one_time_code(shop, 1190), make_person(funds={"EUR": 5000}))
    settle_all()
    told = Event.objects.get(kind="payment.settled", subject=payment.pk)
    assert (told.topic, told.shard_key) == (f"till:{shop.till.pk}", shop.merchant.pk)
    assert (told.payload["state"], told.payload["receipt_no"]) == ("settled", 1)


@pytest.mark.django_db(transaction=True)
def test_one_payment_that_cannot_be_settled_does_not_hold_up_the_rest(
    owner_sql: Callable[..., None], caplog: pytest.LogCaptureFixture
) -> None:
    shop, ann = make_shop(), make_person(funds={"EUR": 10_000})
    payments = [pay(make_one_time_code(shop, 1190), ann) for _ in range(3)]
    owner_sql("UPDATE wallets_hold SET leg_amounts = leg_amounts || '{1}' WHERE payment = %s", payments[0].pk)
    assert settle() == 2
    assert str(payments[0].pk) in caplog.text
    states = dict(Payment.objects.values_list("pk", "state"))
    assert [states[payment.pk] for payment in payments] == ["promised", "settled", "settled"]
    assert sorted(Receipt.objects.values_list("number", flat=True)) == [1, 2]
