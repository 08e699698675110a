"""Settlement and refunds side by side: each payment one journal, each number once, no cent twice."""

from collections.abc import Callable
from functools import partial
from uuid import UUID

import pytest

from base.core.errors import Refused
from payments.flows.refund import refund
from payments.flows.settle import settle
from payments.models import Payment, Receipt, Refund
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
from tests.races.threads import at_once, same
from wallets.models import Journal

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop() -> Shop:
    return make_shop()


def one_paid(shop: Shop, amount_minor: int = 1190) -> Payment:
    return pay(make_one_time_code(shop, amount_minor), make_person(funds={"EUR": 10_000}))


def numbers(shop: Shop) -> list[int]:
    return list(
        Receipt.objects.filter(merchant=shop.merchant).order_by("number").values_list("number", flat=True)
    )


def small_batches(size: int = 3) -> int:
    done = 0
    while settled := settle(limit=size):
        done += settled
    return done


def back(shop: Shop, payment: UUID, key: str, amount_minor: int | None = None) -> "Callable[[], Refund]":
    return partial(refund, actor=shop.cashier, payment_id=payment, key=key, amount_minor=amount_minor)


def test_four_settlements_at_once_post_each_payment_once(shop: Shop) -> None:
    other = make_shop("DE", trade_name="Other")
    people = [make_person(funds={"EUR": 10_000}) for _ in range(3)]
    codes = [make_static_code(shop), make_static_code(other)]
    for number in range(30):
        pay(codes[number % 2], people[number % 3], 100 + number)
    assert sum(at_once(*same(small_batches, 4))) == 30
    assert Journal.objects.filter(kind="sale").count() == 30
    assert numbers(shop) == numbers(other) == list(range(1, 16))


def test_of_twenty_refunds_of_sixty_out_of_a_hundred_one_is_made(shop: Shop) -> None:
    """The shop could pay more back: what stops the second is what is left of the sale."""
    one_paid(shop, 50_00)
    payment = one_paid(shop, 100)
    settle_all()
    answers = at_once(*(back(shop, payment.pk, f"key {number}", 60) for number in range(20)))
    assert answers.count("refund_too_large") == 19
    payment.refresh_from_db()
    assert (payment.refunded_minor, Refund.objects.count()) == (60, 1)


def test_of_sixteen_full_refunds_one_is_made(shop: Shop) -> None:
    payment = one_paid(shop)
    answers = at_once(*(back(shop, payment.pk, f"key {number}") for number in range(16)))
    assert answers.count("nothing_left") == 15
    assert balance(f"customer:{payment.wallet}:EUR") == 10_000
    assert numbers(shop) == [1, 2]


def test_sixteen_taps_on_one_refund_are_one(shop: Shop) -> None:
    payment = one_paid(shop)
    one_paid(shop, 5000)
    settle_all()
    answers = at_once(*same(back(shop, payment.pk, "one key", 60), 16))
    assert answers == [Refund.objects.get()] * 16


def test_two_cashiers_do_not_share_a_key(shop: Shop) -> None:
    """A key belongs to who made it: another's equal key is another refund."""
    payment = one_paid(shop)
    mine = back(shop, payment.pk, "a", 100)
    owners = partial(refund, actor=shop.owner, payment_id=payment.pk, key="a", amount_minor=100)
    assert len(set(at_once(mine, owners))) == 2


def test_numbers_have_no_gap_when_settlements_and_refunds_meet(shop: Shop) -> None:
    """Four settlements and four cashiers; refused refunds in between leave no hole either."""
    payments = [one_paid(shop, 200 + number) for number in range(12)]

    def cashier(place: int) -> None:
        for payment in payments[place::4]:
            with pytest.raises(Refused, match="refund_too_large"):
                back(shop, payment.pk, f"too much {payment.pk}", 9999)()
            back(shop, payment.pk, f"all {payment.pk}")()

    at_once(*same(small_batches, 4), *(partial(cashier, place) for place in range(4)))
    assert settle_all() == 0
    assert numbers(shop) == list(range(1, 25))
    assert balance(f"merchant:{shop.merchant.pk}:EUR:payable") == 0
