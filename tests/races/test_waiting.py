"""One waits for the other: what was decided meanwhile counts, and nobody waits for ever."""

from functools import partial
from uuid import UUID

import pytest
from django.db import connection, transaction

from base.ids import new_id
from merchants.flows.retire_qr import retire_qr
from payments.flows.confirm import confirm
from payments.flows.number_receipts import number_receipts
from payments.flows.refund import refund
from payments.flows.settle import settle
from payments.models import Due, Payment, ReceiptCounter, Refund, Session
from people.models import User
from tests.factories import (
    PIN,
    Shop,
    make_one_time_code,
    make_person,
    make_shop,
    make_static_code,
    pay,
    scan,
    settle_all,
    yes_to,
)
from tests.races.threads import at_once, start, wait_for, waiting
from tests.wallets.ledger import CASH, draft
from wallets.core import chart
from wallets.flows.freeze_wallet import freeze_wallet
from wallets.flows.post import post
from wallets.models import Account

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop() -> Shop:
    return make_shop()


@pytest.fixture
def ann() -> User:
    return make_person(funds={"EUR": 10_000})


def yes(session: Session, person: User) -> "partial[Payment]":
    token = yes_to(session, person)
    return partial(confirm, session_id=session.pk, person_id=person.pk, confirmation=token, pin=PIN)


def test_an_order_that_is_called_off_while_its_payer_waits_is_not_paid(shop: Shop, ann: User) -> None:
    code = make_one_time_code(shop, 1190)
    act = yes(scan(code, ann), ann)
    with transaction.atomic():
        assert retire_qr(actor_id=shop.cashier.pk, code_id=code.pk)
        answer = start(act)
        wait_for(lambda: waiting() == 1)
    assert answer() == "code_retired"
    assert not Payment.objects.exists()
    assert Account.objects.get(code=f"customer:{ann.wallet.pk}:EUR").held_minor == 0


def test_the_code_of_a_payment_under_way_is_retired_after_it(shop: Shop, ann: User) -> None:
    code = make_one_time_code(shop, 1190)
    answers = at_once(yes(scan(code, ann), ann), lambda: retire_qr(actor_id=shop.cashier.pk, code_id=code.pk))
    assert answers[1] is True
    assert answers[0] == (Payment.objects.first() or "code_retired")


def test_a_yes_that_waits_for_a_frozen_wallet_is_refused_or_was_before(shop: Shop, ann: User) -> None:
    act = yes(scan(make_static_code(shop), ann, typed_minor=500), ann)
    paid, frozen = at_once(
        act, lambda: freeze_wallet(actor_id=shop.owner.pk, wallet_id=ann.wallet.pk, on=True)
    )
    assert frozen is True
    assert paid == "wallet_frozen" or Payment.objects.filter(pk=paid.pk).exists()
    assert at_once(yes(scan(make_static_code(shop), ann, typed_minor=1), ann)) == ["wallet_frozen"]


def test_who_waits_too_long_for_the_payers_account_is_told_to_ask_again(shop: Shop, ann: User) -> None:
    """A lock that is not to be had is an answer, not an error; asked again, the same yes is taken."""
    act = yes(scan(make_static_code(shop), ann, typed_minor=500), ann)
    with transaction.atomic():
        lock_account(ann.wallet.pk)
        assert at_once(act) == ["still_working"]
    assert not Payment.objects.exists()
    assert at_once(act) == [Payment.objects.get()]


def test_a_refund_waits_for_the_settlement_of_its_payment(shop: Shop, ann: User) -> None:
    payment = pay(make_one_time_code(shop, 1190), ann)
    with transaction.atomic():
        lock_account(ann.wallet.pk)
        settled = start(settle)
        wait_for(lambda: waiting() == 1)
        given_back = start(partial(refund, actor=shop.cashier, payment_id=payment.pk, key="a"))
        wait_for(lambda: waiting() == 2)
    assert settled() == 1
    assert given_back() == Refund.objects.get()
    assert sorted(payment.receipts.values_list("number", "kind")) == [(1, "sale"), (2, "refund")]


def test_a_settlement_walks_around_a_payment_that_is_being_refunded(shop: Shop, ann: User) -> None:
    first, _ = pay(make_one_time_code(shop, 1190), ann), pay(make_one_time_code(shop, 300), ann)
    with transaction.atomic():
        # What a refund does first: it takes the payment off the queue.
        Due.objects.select_for_update().get(pk=first.pk)
        assert at_once(settle) == [1]
    assert settle_all() == 1


def test_receipt_counters_are_taken_in_one_order() -> None:
    """Two batches of the same shops in another order would else stop each other (a deadlock)."""
    low, high = sorted(make_shop(trade_name=name).merchant.pk for name in ("One", "Two"))

    def take(*merchants: UUID) -> list[int]:
        with transaction.atomic():
            return number_receipts(merchants=merchants)

    # The higher one lies first on the disk, so only the order that is asked for puts the lower one first.
    assert take(high) + take(low) == [1, 1]
    with transaction.atomic():
        ReceiptCounter.objects.select_for_update().get(pk=low)
        taken = start(partial(take, high, low, high))
        wait_for(lambda: waiting() == 1)
        assert ReceiptCounter.objects.select_for_update(nowait=True).get(pk=high).last == 1
    assert taken() == [2, 2, 3]
    ReceiptCounter.objects.all().delete()  # no receipt bears these numbers


def test_accounts_are_locked_in_one_order() -> None:
    """Whatever the order of the entries: else two journals of the same accounts end in a deadlock."""
    names = [chart.customer(new_id(), "EUR") for _ in range(2)]
    with transaction.atomic():
        post(journals=[draft((CASH, -100), (name, 100)) for name in names])
    low, high = sorted(names, key=lambda name: Account.objects.get(code=name.code).pk)

    def pay_over() -> bool:
        with transaction.atomic():
            return bool(post(journals=[draft((high, -10), (low, 10))]))

    with transaction.atomic():
        lock_account(low.shard_key)
        paid_over = start(pay_over)
        wait_for(lambda: waiting() == 1)
        lock_account(high.shard_key, wait=False)
    assert paid_over()


def lock_account(wallet: UUID, *, wait: bool = True) -> None:
    """Take the row lock of a payer's account, as a settlement does (the application may not)."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE NONE")
        how = "FOR UPDATE" if wait else "FOR UPDATE NOWAIT"
        cursor.execute(f"SELECT 1 FROM wallets_account WHERE code = %s {how}", [f"customer:{wallet}:EUR"])
