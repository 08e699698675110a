"""The Z report of a shift as canonical JSON: sorted keys, UTF-8, integers, people by their ids alone.

Its bytes are kept and hashed; page and print are drawn from them. An X report is the same text of a shift
that is still open: without a number, and not kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from base.core.canonical import canonical
from payments.core.receipt import Seller
from taxes.core.rates import rate_code

SCHEMA = "quittance-z-report-1"


@dataclass(frozen=True, slots=True)
class RateSum:
    """One tax at one rate, or untaxed turnover by its reason. Two taxes on a line both have its net."""

    tax: str
    rate: Decimal
    zero_reason: str
    net_minor: int
    tax_minor: int


@dataclass(frozen=True, slots=True)
class Sales:
    """Payments added up, as confirmed. total = sale (with its tax) + tips. waiting: have no receipt yet.

    provisional: were taxed before it was known how.
    """

    payments: int = 0
    sale_minor: int = 0
    tax_minor: int = 0
    tip_minor: int = 0
    total_minor: int = 0
    fee_minor: int = 0
    first_receipt: int | None = None
    last_receipt: int | None = None
    waiting: int = 0
    provisional: int = 0
    rates: tuple[RateSum, ...] = ()


@dataclass(frozen=True, slots=True)
class Refunds:
    """Refunds added up; amounts positive. amount = sale (with its tax) + tips."""

    refunds: int = 0
    amount_minor: int = 0
    tax_minor: int = 0
    tip_minor: int = 0
    rates: tuple[RateSum, ...] = ()


@dataclass(frozen=True, slots=True)
class Taken:
    """What one cashier took in the shift."""

    person: UUID
    payments: int
    tip_minor: int
    total_minor: int


@dataclass(frozen=True, slots=True)
class Figures:
    """All that was counted. *_outside: while no shift was open at the till, since its last Z report."""

    sales: Sales = Sales()
    sales_outside: Sales = Sales()
    refunds: Refunds = Refunds()
    refunds_outside: Refunds = Refunds()
    cashiers: tuple[Taken, ...] = ()


@dataclass(frozen=True, slots=True)
class HandOver:
    """The shift went from one to another. counted_minor: the drawer, where they counted it."""

    giver: UUID
    taker: UUID
    happened_at: datetime
    counted_minor: int | None = None


@dataclass(frozen=True, slots=True)
class CashMove:
    """kind: paid_in or paid_out."""

    kind: str
    amount_minor: int
    reason: str
    person: UUID
    happened_at: datetime


@dataclass(frozen=True, slots=True)
class Drawer:
    """The cash. counted_minor: None while the shift is open."""

    float_minor: int
    moves: tuple[CashMove, ...] = ()
    counted_minor: int | None = None
    reason: str = ""

    @property
    def paid_in_minor(self) -> int:
        return sum(move.amount_minor for move in self.moves if move.kind == "paid_in")

    @property
    def paid_out_minor(self) -> int:
        return sum(move.amount_minor for move in self.moves if move.kind == "paid_out")

    @property
    def expected_minor(self) -> int:
        return self.float_minor + self.paid_in_minor - self.paid_out_minor

    @property
    def difference_minor(self) -> int | None:
        """Above zero: more in the drawer than there should be."""
        return None if self.counted_minor is None else self.counted_minor - self.expected_minor


@dataclass(frozen=True, slots=True)
class ShiftReport:
    """One shift. number, closed_*: None while it is open. number_before: the till's last Z, or 0."""

    shift: UUID
    till: UUID
    shop: Seller
    currency: str
    minor_units: int
    opened_by: UUID
    opened_at: datetime
    holder: UUID
    figures: Figures
    drawer: Drawer
    number_before: int
    hand_overs: tuple[HandOver, ...] = field(default=())
    number: int | None = None
    closed_by: UUID | None = None
    closed_at: datetime | None = None


def body(report: ShiftReport) -> str:
    """The canonical text; hash these bytes, never a re-serialised copy."""
    return canonical(facts(report))


def facts(report: ShiftReport) -> dict[str, Any]:
    """What the text says, as JSON knows it."""
    zone, shop = ZoneInfo(report.shop.time_zone), report.shop
    closed_at, figures = report.closed_at, report.figures
    return {
        "schema": SCHEMA,
        "shift": str(report.shift),
        "number": report.number,
        "number_before": report.number_before,
        "till": {"id": str(report.till), "name": shop.till},
        "seller": {
            "merchant": str(shop.merchant),
            "legal_name": shop.legal_name,
            "trade_name": shop.trade_name,
            "tax_number": shop.tax_number,
            "branch": shop.branch,
            "place": shop.place,
            "country": shop.country,
            "region": shop.region,
        },
        "currency": report.currency,
        "minor_units": report.minor_units,
        "time_zone": shop.time_zone,
        "opened": _moment(report.opened_at, zone) | {"by": str(report.opened_by)},
        "holder": str(report.holder),
        "closed": _moment(closed_at, zone) | {"by": str(report.closed_by)} if closed_at else None,
        "sales": _sales(figures.sales),
        "sales_outside": _sales(figures.sales_outside),
        "refunds": _refunds(figures.refunds),
        "refunds_outside": _refunds(figures.refunds_outside),
        "cashiers": [
            {
                "person": str(taken.person),
                "payments": taken.payments,
                "tip_minor": taken.tip_minor,
                "total_minor": taken.total_minor,
            }
            for taken in figures.cashiers
        ],
        "hand_overs": [
            _moment(each.happened_at, zone)
            | {"from": str(each.giver), "to": str(each.taker), "counted_minor": each.counted_minor}
            for each in report.hand_overs
        ],
        "cash": _cash(report.drawer, zone),
    }


def people_in(said: Mapping[str, Any]) -> set[UUID]:
    """Everybody whom a report names."""
    found = {said["opened"]["by"], said["holder"], *(each["person"] for each in said["cashiers"])}
    found |= {who for each in said["hand_overs"] for who in (each["from"], each["to"])}
    found |= {move["person"] for move in said["cash"]["moves"]}
    if said["closed"]:
        found.add(said["closed"]["by"])
    return {UUID(person) for person in found}


def _moment(moment: datetime, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "at": moment.astimezone(UTC).isoformat(timespec="seconds"),
        "local": moment.astimezone(zone).isoformat(timespec="seconds"),
    }


def _sales(sales: Sales) -> dict[str, Any]:
    return {
        "payments": sales.payments,
        "net_minor": sales.sale_minor - sales.tax_minor,
        "tax_minor": sales.tax_minor,
        "gross_minor": sales.sale_minor,
        "tip_minor": sales.tip_minor,
        "total_minor": sales.total_minor,
        "fee_minor": sales.fee_minor,
        "rates": [_rate(rate) for rate in sales.rates],
        "receipts": {"first": sales.first_receipt, "last": sales.last_receipt, "waiting": sales.waiting},
        **({"provisional": sales.provisional} if sales.provisional else {}),
    }


def _refunds(back: Refunds) -> dict[str, Any]:
    gross_minor = back.amount_minor - back.tip_minor
    return {
        "refunds": back.refunds,
        "net_minor": gross_minor - back.tax_minor,
        "tax_minor": back.tax_minor,
        "gross_minor": gross_minor,
        "tip_minor": back.tip_minor,
        "total_minor": back.amount_minor,
        "rates": [_rate(rate) for rate in back.rates],
    }


def _rate(rate: RateSum) -> dict[str, Any]:
    return {
        "tax": rate.tax,
        "rate": rate_code(rate.rate),
        "zero_reason": rate.zero_reason,
        "net_minor": rate.net_minor,
        "tax_minor": rate.tax_minor,
        "gross_minor": rate.net_minor + rate.tax_minor,
    }


def _cash(drawer: Drawer, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "float_minor": drawer.float_minor,
        "paid_in_minor": drawer.paid_in_minor,
        "paid_out_minor": drawer.paid_out_minor,
        "expected_minor": drawer.expected_minor,
        "counted_minor": drawer.counted_minor,
        "difference_minor": drawer.difference_minor,
        "reason": drawer.reason,
        "moves": [
            _moment(move.happened_at, zone)
            | {
                "kind": move.kind,
                "amount_minor": move.amount_minor,
                "reason": move.reason,
                "person": str(move.person),
            }
            for move in drawer.moves
        ],
    }
