"""Killed at any line: after an interruption at each statement in turn nothing is half-done.

A wrapper around every statement raises at the nth one; the flow is tried again and again, each time
interrupted one statement later, until it gets through.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import OperationalError, connection

from payments.flows.confirm import confirm
from payments.flows.refund import refund
from payments.flows.settle import settle
from payments.models import Payment, Receipt, Refund
from people.models import Pin, User
from tests.factories import PIN, Shop, make_one_time_code, make_person, make_shop, pay, scan, yes_to
from tests.races.kills import Killed, killed_at
from tests.races.threads import assert_clean
from wallets.flows.top_up import top_up
from wallets.models import Account, Journal, TopUp

pytestmark = pytest.mark.django_db(transaction=True)
FEWEST = 2  # statements that any of these flows has


def killed_everywhere(act: Callable[[], Any], after: Callable[[], None]) -> int:
    """Interrupt `act` at each statement until it gets through, looking each time; how often it was killed."""
    kills = 0
    while True:
        try:
            with killed_at(kills + 1):
                act()
        except Killed:
            kills += 1
            after()
            assert_clean()
        else:
            assert kills >= FEWEST
            return kills


@pytest.fixture
def shop() -> Shop:
    return make_shop()


@pytest.fixture
def ann() -> User:
    return make_person(funds={"EUR": 10_000})


def euros(person: User) -> tuple[int, int]:
    row: tuple[int, int] = Account.objects.values_list("balance_minor", "held_minor").get(
        code=f"customer:{person.wallet.pk}:EUR"
    )
    return row


def test_a_settlement_is_all_or_nothing(shop: Shop, ann: User) -> None:
    for amount in (100, 200, 300):
        pay(make_one_time_code(shop, amount), ann, tip_minor=10)

    def nothing_moved() -> None:
        assert euros(ann) == (10_000, 630)
        assert not Payment.objects.exclude(state="promised").exists()
        assert not Receipt.objects.exists()

    killed_everywhere(settle, nothing_moved)
    assert euros(ann) == (9370, 0)
    assert list(Receipt.objects.order_by("number").values_list("number", flat=True)) == [1, 2, 3]


def test_a_confirm_is_one_payment_wherever_it_was_killed(shop: Shop, ann: User) -> None:
    session = scan(make_one_time_code(shop, 1190), ann)
    token = yes_to(session, ann)

    def all_or_nothing() -> None:
        Pin.objects.update(wrong_tries=0)  # a try that was killed is spent; that is tested with the PIN
        assert euros(ann) == (10_000, 1190 * Payment.objects.count())

    yes = partial(confirm, session_id=session.pk, person_id=ann.pk, confirmation=token, pin=PIN)
    killed_everywhere(yes, all_or_nothing)
    assert yes() == Payment.objects.get()
    assert euros(ann) == (10_000, 1190)


def test_a_refund_is_one_wherever_it_was_killed(shop: Shop, ann: User) -> None:
    """Of a payment that is still promised: it is settled in the same transaction, or not."""
    payment = pay(make_one_time_code(shop, 1190), ann, tip_minor=100)

    def all_or_nothing() -> None:
        made = Refund.objects.count()
        assert euros(ann) == ((10_000, 0) if made else (10_000, 1290))
        assert Receipt.objects.count() == 2 * made

    back = partial(refund, actor=shop.cashier, payment_id=payment.pk, key="a")
    killed_everywhere(back, all_or_nothing)
    assert back() == Refund.objects.get()


def test_a_top_up_is_one_wherever_it_was_killed(ann: User) -> None:
    more = partial(top_up, person_id=ann.pk, currency="EUR", amount_minor=500, key="more")

    def all_or_nothing() -> None:
        assert euros(ann)[0] == 9_500 + 500 * TopUp.objects.count()

    killed_everywhere(more, all_or_nothing)
    assert more() == TopUp.objects.latest("id")
    assert euros(ann) == (10_500, 0)


@pytest.mark.parametrize("late", [False, True], ids=["before it came through", "after it came through"])
def test_a_line_cut_at_the_write_is_one_payment(shop: Shop, ann: User, late: bool) -> None:
    """The write commits by itself. Nobody knows whether one whose answer was lost came through: the repeat
    finds out."""
    session = scan(make_one_time_code(shop, 1190), ann)
    token = yes_to(session, ann)
    cuts = list[str]()

    def cut(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if "payments_promise" not in sql or cuts:
            return execute(sql, *rest)
        cuts.append("cut")
        if late:
            execute(sql, *rest)
        connection.connection.close()
        raise OperationalError("server closed the connection unexpectedly")

    with connection.execute_wrapper(cut):
        made = confirm(session_id=session.pk, person_id=ann.pk, confirmation=token, pin=PIN)
    assert cuts == ["cut"]
    assert made == Payment.objects.get()
    assert euros(ann) == (10_000, 1190)
    assert Pin.objects.get().wrong_tries == 0
    assert settle() == 1
    assert Journal.objects.filter(kind="sale").count() == 1
    assert_clean()
