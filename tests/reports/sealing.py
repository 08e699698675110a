"""Months of trade that can be closed: sales and refunds on given days of 2026, through the real flows."""

import itertools
from datetime import UTC, datetime
from typing import Any

from payments.flows.refund import refund
from payments.models import Payment, Refund
from reports.flows.agree_reopening import agree_reopening
from reports.flows.ask_reopening import ask_reopening
from reports.flows.build_queued import build_queued
from reports.flows.close_period import close_period
from reports.models import BooksPeriod
from tests.factories import Shop, make_member, make_person, make_shop, make_static_code, pay, settle_all

_key = itertools.count()


def at(month: int, day: int, hour: int = 10) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


class Books:
    """A shop with an accountant and a payer. `sell` and `give_back` happen when they are told to."""

    def __init__(self) -> None:
        self.shop: Shop = make_shop()
        self.accountant = make_member(self.shop, "accountant")
        self.payer = make_person(funds={"EUR": 100_000})
        self.code = make_static_code(self.shop)

    @property
    def pk(self) -> Any:
        return self.shop.merchant.pk

    def sell(self, month: int, day: int, amount_minor: int = 1190, *, settle: bool = True) -> Payment:
        made = pay(self.code, self.payer, amount_minor, happened_at=at(month, day))
        if settle:
            settle_all()
        return made

    def give_back(self, paid: Payment, month: int, day: int, amount_minor: int = 119) -> Refund:
        return refund(
            actor=self.shop.owner,
            payment_id=paid.pk,
            key=f"r{next(_key)}",
            amount_minor=amount_minor,
            happened_at=at(month, day, 12),
        )

    def close(self, label: str, **more: Any) -> BooksPeriod:
        return close_period(actor_id=self.accountant.pk, merchant_id=self.pk, period=label, **more)

    def reopen(self, period: BooksPeriod) -> BooksPeriod:
        where = {"merchant_id": self.pk, "period_id": period.pk}
        ask_reopening(actor_id=self.accountant.pk, reason="A sale is missing", **where)
        return agree_reopening(actor_id=self.shop.owner.pk, **where)


def build_all() -> int:
    done = 0
    while built := build_queued():
        done += built
    return done
