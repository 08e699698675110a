"""Sales of three months that were taxed provisionally, corrected in two of them, and in part given back."""

from dataclasses import dataclass
from datetime import UTC, datetime

from payments.flows.refund import refund
from payments.models import Payment
from people.models import User
from tests.factories import (
    Shop,
    make_member,
    make_one_time_code,
    make_person,
    make_static_code,
    pay,
    settle_all,
)
from tests.payments.provisional import complete, corrected_on, provisional_shop

LINES = [
    {"description": "Soup", "category": "standard", "amount_minor": 1003},
    {"description": "Tea", "category": "standard", "amount_minor": 307},
]


@dataclass(frozen=True)
class Corrected:
    """early: sold in September; cake, order, gone: in October; all corrected on 20 October. late: sold in
    October, corrected in November. Shaped as `Trade`, so that packs are asked for the same way."""

    shop: Shop
    payer: User
    accountant: User
    early: Payment
    cake: Payment
    order: Payment
    gone: Payment
    late: Payment


def day(month: int, number: int) -> datetime:
    return datetime(2026, month, number, 10, tzinfo=UTC)


def corrected_world(
    sold_as: str = "reduced", *, inclusive: bool = True, rounding: str = "per_line"
) -> Corrected:
    """The cake goes back in part before its correction, and the rest after it; the order in part after."""
    shop = provisional_shop(inclusive=inclusive, rounding=rounding)
    payer, printed = make_person(funds={"EUR": 50_000}), make_static_code(shop)
    early = pay(printed, payer, 1190, happened_at=day(9, 20))
    cake = pay(printed, payer, 1190, tip_minor=100, happened_at=day(10, 3))
    order = pay(make_one_time_code(shop, lines=LINES), payer, happened_at=day(10, 4))
    gone = pay(printed, payer, 500, happened_at=day(10, 5))
    late = pay(printed, payer, 2380, happened_at=day(10, 8))
    settle_all()
    actor = shop.owner
    refund(actor=actor, payment_id=cake.pk, key="some", amount_minor=645, happened_at=day(10, 6))
    refund(actor=actor, payment_id=gone.pk, key="gone", happened_at=day(10, 7))
    complete(shop, sold_as, "standard")
    assert corrected_on(day(10, 20), limit=4) == 4
    refund(actor=actor, payment_id=order.pk, key="order", amount_minor=501, happened_at=day(10, 21))
    refund(actor=actor, payment_id=cake.pk, key="rest", happened_at=day(10, 22))
    assert corrected_on(day(11, 5)) == 1
    return Corrected(shop, payer, make_member(shop, "accountant"), early, cake, order, gone, late)
