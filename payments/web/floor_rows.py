"""The shop floor as a till's page shows it: who stands at a printed code, and which orders are open."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from merchants.models import QrCode, Till
from merchants.queries import own_rates_of, tills_at
from payments.core.order_money import OPEN
from payments.models import Payment, Session
from payments.queries.floor import orders_at, printed_at, scans_at
from payments.queries.orders import match_of, order_of, root_of, unmatched_at, unpaid_at
from payments.queries.till import sale_of_code
from payments.web.charge_form import new_key
from payments.web.payment_row import PaymentRow, time_of
from payments.web.screen_words import screen_words
from taxes.core.rates import OwnRate


@dataclass(frozen=True, slots=True)
class ScanRow:
    """An open scan of a printed code. amount_minor: what the payer typed, or the order that was given."""

    session: Session
    words: str
    time: str
    source: str
    amount_minor: int | None
    has_order: bool


@dataclass(frozen=True, slots=True)
class OrderRow:
    """An order that nobody has paid yet. shown_at: the printed code that leads to it."""

    code: QrCode
    words: str
    amount_minor: int
    shown_at: str


@dataclass(frozen=True, slots=True)
class Places:
    """Where an order can be sent: (value of the form, words)."""

    printed: list[tuple[str, str]]
    tills: list[tuple[str, str]]


def floor_context(till: Till, *, at: datetime, beside: UUID | None) -> dict[str, Any]:
    """Open scans and open orders, newest first; three queries. beside: the order whose own page this is."""
    own = own_rates_of(till.branch.merchant)
    zone = till.branch.time_zone
    return {
        "scans": [_scan_row(session, zone, own) for session in scans_at(till, at=at)],
        "orders": _order_rows(till, own, at=at, but=beside),
        "beside": beside,
    }


def _order_rows(till: Till, own: Sequence[OwnRate], *, at: datetime, but: UUID | None) -> list[OrderRow]:
    return [
        OrderRow(
            code,
            screen_words(till.branch, order_id=code.pk, session_id=code.pk),
            sale_of_code(code, own).gross_minor,
            name_of(code.pushed_to) if code.pushed_to else "",
        )
        for code in orders_at(till, at=at)
        if code.pk != but
    ]


def places_for(order: QrCode) -> Places:
    """The printed codes and the other tills that the order can be sent to; two queries."""
    assert order.till is not None
    return Places(
        printed=[(f"code:{code.pk}", name_of(code)) for code in printed_at(order.till)],
        tills=[(f"till:{till.pk}", till.name) for till in tills_at(order.branch) if till.pk != order.till_id],
    )


def name_of(code: QrCode) -> str:
    """What a printed code is called at the till: its label, else its till or the whole branch."""
    return code.label or (code.till.name if code.till else "the whole branch")


def _scan_row(session: Session, zone: str, own: Sequence[OwnRate]) -> ScanRow:
    code = session.code
    is_order = code.kind == QrCode.Kind.ONE_TIME
    printed = session.scanned if is_order else code
    amount = sale_of_code(code, own).gross_minor if is_order else session.typed_minor
    return ScanRow(
        session=session,
        words=screen_words(code.branch, order_id=code.pk if is_order else None, session_id=session.pk),
        time=time_of(session.created_at, zone),
        source=printed.label if printed else "",
        amount_minor=amount,
        has_order=is_order,
    )


def order_context(code: QrCode, *, at: datetime) -> dict[str, Any]:
    """What the page of an order says of its money: what came, what fits, where else it can be shown."""
    assert code.till is not None
    order, root = order_of(code), root_of(code)
    may_fit = unmatched_at(code.till, at=at) if order.money.state == OPEN and root.pk == code.pk else []
    return {
        "money": order.money,
        "came": [PaymentRow(payment, code.branch) for payment in order.payments],
        "root": root if root.pk != code.pk else None,
        "may_fit": [
            Fit(PaymentRow(payment, code.branch), order.money.asked_minor, code) for payment in may_fit
        ],
        "places": places_for(code),
        "fix_key": new_key(),
    }


def match_context(till: Till, payment: Payment, *, at: datetime) -> dict[str, Any]:
    """Which order a payment by a printed code counts for, or which of the last hour it may; three queries."""
    known = match_of(payment)
    if known is not None or payment.one_time_code_id is not None:
        return {"order_code": known, "fits": []}
    own = own_rates_of(till.branch.merchant)
    codes = unpaid_at(till, at=at)
    fits = [
        Fit(PaymentRow(payment, till.branch), sale_of_code(code, own).gross_minor, code) for code in codes
    ]
    return {"order_code": None, "fits": fits}


@dataclass(frozen=True, slots=True)
class Fit:
    """A payment by a printed code, and an order that it may have been for."""

    row: PaymentRow
    asked_minor: int
    code: QrCode

    @property
    def words(self) -> str:
        return screen_words(self.code.branch, order_id=self.code.pk, session_id=self.code.pk)

    @property
    def missing_minor(self) -> int:
        return max(self.asked_minor - self._sale_minor, 0)

    @property
    def excess_minor(self) -> int:
        return max(self._sale_minor - self.asked_minor, 0)

    @property
    def _sale_minor(self) -> int:
        return self.row.payment.total_minor - self.row.payment.tip_minor
