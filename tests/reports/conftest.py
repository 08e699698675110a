"""A month of trade with everything in it that an export must tell apart, made through the real flows."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from django.test import Client

from payments.flows.refund import refund
from payments.models import Payment
from people.models import User
from reports.core.periods import Period, month
from tests.cleaning import Kept
from tests.factories import (
    Shop,
    make_member,
    make_one_time_code,
    make_person,
    make_shop,
    make_static_code,
    pay,
    settle_all,
)

NOVEMBER = month(2026, 11, "Europe/Berlin")


def on(day: int, hour: int = 10, minute: int = 0) -> datetime:
    """A moment of November 2026, UTC."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


@dataclass(frozen=True)
class Trade:
    """What was sold in November 2026; `period` is that month in the shop's zone."""

    shop: Shop
    payer: User
    accountant: User
    cake: Payment
    order: Payment
    period: Period = NOVEMBER


@pytest.fixture
def trade(transactional_db: None) -> Trade:
    """A November of a shop, made by the flows once; the tests after the first begin with the same rows."""
    return kept_trade()


def make_trade() -> Trade:
    """A sale with a tip, half refunded; an order of two rates, all refunded; one sale kept."""
    shop = make_shop()
    User.objects.filter(pk=shop.cashier.pk).update(name="Linh Tran")
    User.objects.filter(pk=shop.owner.pk).update(name="Ada Owner")
    payer = make_person(funds={"EUR": 50_000})
    cake = pay(make_static_code(shop), payer, 1190, tip_minor=100, happened_at=on(3))
    lines = [
        {"description": "Soup", "category": "reduced", "amount_minor": 1070},
        {"description": 'Tea, "green"', "category": "standard", "amount_minor": 357},
    ]
    order_code = make_one_time_code(shop, lines=lines, reference="Table 4")
    order = pay(order_code, payer, happened_at=on(4, 11))
    pay(make_static_code(shop, "reduced", till=False), payer, 535, happened_at=on(5))
    settle_all()
    refund(
        actor=shop.owner, payment_id=cake.pk, key="half", amount_minor=645, reason="Cold", happened_at=on(6)
    )
    refund(actor=shop.cashier, payment_id=order.pk, key="all", happened_at=on(7))
    return Trade(shop, payer, make_member(shop, "accountant"), cake, order)


kept_trade = Kept(make_trade)


@pytest.fixture
def desk(trade: Trade, client_of: Callable[[User], Client]) -> Client:
    """The accountant's browser."""
    return client_of(trade.accountant)
