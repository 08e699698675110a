"""A shop without a tax number sells at the full rate; once it has one, each sale is put right to the cent."""

import json
from decimal import Decimal
from typing import Any
from unittest import mock

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from base.ids import database_now, new_id
from payments import tasks
from payments.core import journals
from payments.flows import correct_sales as module
from payments.flows.correct_sales import correct_sales
from payments.flows.refund import refund
from payments.models import Correction, Payment, Receipt
from payments.queries.payouts import money_of
from payments.queries.refunds import back_of, left_lines_of
from people.models import User
from reports.flows.audit import audit
from taxes.core.corrections import correct
from taxes.core.lines import POLICIES, PricedLine, total_up, work_out
from taxes.core.rates import TaxRate, Treatment
from tests.factories import Shop, balance, make_person, make_static_code, pay, settle_all, yes_to
from tests.payments.foreign.stage import quoted, say_yes, yuan
from tests.payments.provisional import NUMBER, complete, provisional_shop
from wallets.core import chart
from wallets.core.ledger import Draft, legs
from wallets.flows.post import post_one

pytestmark = pytest.mark.django_db
# The audit reads in a snapshot of its own, so what it asks about is committed.
in_full = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop() -> Shop:
    return provisional_shop()


@pytest.fixture
def ann() -> User:
    return make_person(funds={"EUR": 50_000})


def of(shop: Shop, rest: str) -> int:
    return balance(f"merchant:{shop.merchant.pk}:EUR:{rest}")


def body_of(receipt: Receipt) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(receipt.body)
    return found


@in_full
def test_the_excess_is_released_by_a_correcting_journal(shop: Shop, ann: User) -> None:
    paid = pay(make_static_code(shop), ann, 1190, tip_minor=100)
    settle_all()
    assert (of(shop, "tax:DE:VAT:19.0000"), of(shop, "payable")) == (190, 994)
    sold = Receipt.objects.get(payment=paid)
    assert body_of(sold)["provisional"] is True
    assert body_of(sold)["seller"]["tax_number"] == ""

    complete(shop, "reduced", "standard")
    assert tasks.correct_sales() == 1
    # 11.90 holds 0.78 at 7 %: 1.12 more is the shop's, and the payer is not touched.
    assert (of(shop, "tax:DE:VAT:19.0000"), of(shop, "tax:DE:VAT:7.0000")) == (0, 78)
    assert (of(shop, "payable"), of(shop, "tips")) == (994 + 112, 100)
    assert balance(f"customer:{paid.wallet}:EUR") == 50_000 - 1290
    row = Correction.objects.get(payment=paid)
    assert (row.tax_before_minor, row.tax_minor) == (190, 78)
    paper = body_of(Receipt.objects.get(payment=paid, kind="correction"))
    assert (paper["kind"], paper["number"], paper["corrects"]) == ("correction", 2, 1)
    assert (paper["gross_minor"], paper["tax_minor"], paper["seller"]["tax_number"]) == (1190, 78, NUMBER)
    assert "provisional" not in paper
    assert Payment.objects.get(pk=paid.pk).provisional is False
    assert audit() == []
    assert tasks.correct_sales() == 0
    assert Correction.objects.count() == 1


@in_full
def test_a_seller_below_the_threshold_gets_all_of_the_tax_with_the_reason(shop: Shop, ann: User) -> None:
    paid = pay(make_static_code(shop), ann, 1190)
    settle_all()
    complete(shop, "below_threshold")
    correct_sales()
    assert (of(shop, "tax:DE:VAT:19.0000"), of(shop, "payable")) == (0, 1190 - paid.fee_minor)
    new = paid.lines.get(correction_line__is_new=True)
    assert (new.tax, new.zero_reason, new.net_minor, new.tax_minor) == ("", "below_threshold", 1190, 0)
    assert audit() == []


def test_what_was_taxed_right_is_only_looked_through(shop: Shop, ann: User) -> None:
    paid = pay(make_static_code(shop), ann, 1190)
    settle_all()
    complete(shop, "standard")
    assert correct_sales() == 1
    assert not Correction.objects.exists()
    assert (of(shop, "tax:DE:VAT:19.0000"), Receipt.objects.count()) == (190, 1)
    assert Payment.objects.get(pk=paid.pk).provisional is False


@in_full
def test_what_went_back_before_stays_and_the_rest_goes_back_at_the_right_tax(shop: Shop, ann: User) -> None:
    paid = pay(make_static_code(shop), ann, 1190, tip_minor=100)
    whole = pay(make_static_code(shop), ann, 500)
    pay(make_static_code(shop), ann, 5_000)
    settle_all()
    refund(actor=shop.owner, payment_id=paid.pk, key="a", amount_minor=645)
    refund(actor=shop.owner, payment_id=whole.pk, key="b")
    complete(shop, "reduced")
    assert correct_sales() == 3
    assert not Correction.objects.filter(payment=whole).exists()
    left = back_of(left_lines_of(Payment.objects.get(pk=paid.pk))[1])
    assert (left.sale.gross_minor, left.sale.tax_minor, left.tip_minor) == (595, 39, 50)
    back = refund(actor=shop.owner, payment_id=paid.pk, key="c")
    assert (back.amount_minor, back.tax_minor, back.tip_minor) == (645, 39, 50)
    # Only the third sale's tax is left: 50.00 holds 3.27 at 7 %.
    assert (of(shop, "tax:DE:VAT:19.0000"), of(shop, "tax:DE:VAT:7.0000")) == (0, 327)
    assert audit() == []


@in_full
def test_a_sale_to_a_foreign_wallet_is_corrected_in_the_shops_money(shop: Shop) -> None:
    payer = make_person(funds={"CNY": 50_000}, country="CN")
    yuan()
    now = database_now()
    session = quoted(make_static_code(shop), payer, typed_minor=1190, at=now)
    paid = say_yes(session, payer, yes_to(session, payer, at=now), happened_at=now)
    settle_all()
    complete(shop, "reduced")
    assert correct_sales() == 1
    assert (of(shop, "tax:DE:VAT:19.0000"), of(shop, "tax:DE:VAT:7.0000")) == (0, 78)
    assert balance(f"customer:{paid.wallet}:CNY") == 50_000 - 9270
    refund(actor=shop.owner, payment_id=paid.pk, key="a")
    assert balance(f"customer:{paid.wallet}:CNY") == 50_000
    assert audit() == []


def test_a_promised_sale_is_settled_first(shop: Shop, ann: User) -> None:
    paid = pay(make_static_code(shop), ann, 1190)
    complete(shop, "reduced")
    correct_sales()
    assert list(Receipt.objects.filter(payment=paid).order_by("number").values_list("kind", flat=True)) == [
        "sale",
        "correction",
    ]


def test_provisional_tax_is_not_paid_out_until_all_is_looked_through(shop: Shop, ann: User) -> None:
    pay(make_static_code(shop), ann, 1190)
    settle_all()
    assert money_of(shop.merchant).of("tax") == 0
    complete(shop, "reduced")
    assert money_of(shop.merchant).of("tax") == 0
    correct_sales()
    assert money_of(shop.merchant).of("tax") == 78


def test_a_higher_tax_waits_until_the_balance_covers_it(
    shop: Shop, ann: User, caplog: pytest.LogCaptureFixture
) -> None:
    paid = pay(make_static_code(shop), ann, 1190)
    settle_all()
    complete(shop, "reduced")
    dear = Treatment(taxes=(TaxRate("VAT", Decimal(99)),))
    # A tax of 5.92 instead of 1.90 is 4.02 more than what the shop has left.
    drain(shop, 994)
    with mock.patch.object(module, "taxes_on", return_value=dear):
        assert correct_sales() == 0
    assert "keeps its provisional tax" in caplog.text
    assert Payment.objects.get(pk=paid.pk).provisional is True
    assert (Receipt.objects.count(), Correction.objects.count()) == (1, 0)


def drain(shop: Shop, amount_minor: int) -> None:
    """Take so much of the shop's balance away."""
    from_payable = chart.payable(shop.merchant.pk, "EUR")
    draft = Draft(
        id=new_id(), reference=f"test:{new_id()}", kind="test", happened_at=database_now(),
        shard_key=shop.merchant.pk,
        legs=legs((from_payable, -amount_minor), (chart.suspense("EUR"), amount_minor)),
    )  # fmt: skip
    with transaction.atomic():
        post_one(journal=draft)


@in_full
def test_a_run_that_is_killed_goes_on(shop: Shop, ann: User) -> None:
    for _ in range(3):
        pay(make_static_code(shop), ann, 1190)
    settle_all()
    complete(shop, "reduced")
    real, calls = journals.correction, []

    def dies(*args: Any, **facts: Any) -> Any:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(*args, **facts)

    with mock.patch.object(journals, "correction", dies), pytest.raises(KeyboardInterrupt):
        correct_sales()
    assert Correction.objects.count() == 1
    assert correct_sales() == 2
    assert (Correction.objects.count(), of(shop, "tax:DE:VAT:7.0000")) == (3, 3 * 78)
    assert audit() == []


def test_a_correction_is_never_changed(shop: Shop, ann: User) -> None:
    pay(make_static_code(shop), ann, 1190)
    settle_all()
    complete(shop, "reduced")
    correct_sales()
    with pytest.raises(DatabaseError, match="permission denied"), connection.cursor() as cursor:
        cursor.execute("UPDATE payments_correction SET tax_minor = 0")


RATES = st.lists(st.integers(1, 300_000), min_size=1, max_size=2).map(
    lambda found: tuple(TaxRate(f"T{i}", Decimal(rate) / 10_000) for i, rate in enumerate(found))
)


@given(
    amounts=st.lists(st.integers(0, 10**9), min_size=1, max_size=6),
    old=RATES,
    new=st.one_of(RATES.map(lambda taxes: Treatment(taxes=taxes)), st.just(Treatment(zero_reason="exempt"))),
    policy=st.sampled_from(POLICIES),
)
def test_the_gross_of_each_line_stays(amounts: list[int], old: Any, new: Treatment, policy: str) -> None:
    sale = work_out(
        [PricedLine(f"L{i}", "standard", amount, old) for i, amount in enumerate(amounts)],
        inclusive=True, policy=policy,
    )  # fmt: skip
    lines = correct(sale.lines, new, category="reduced", policy=policy)
    assert [line.gross_minor for line in lines] == [amount for amount in amounts if amount]
    assert total_up(lines).gross_minor == sale.gross_minor
    assert all(0 <= line.tax_minor <= line.gross_minor for line in lines)
