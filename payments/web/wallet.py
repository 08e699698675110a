"""The customer's home: what is there, what was paid, what came in; payments with state and receipt."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from payments.models import Payment, Receipt
from payments.queries.paid import my_payments, payments_made_by
from payments.web.signed_in import SignedIn
from people.queries import pin_state
from wallets.queries import HistoryRow, Other, balances_of, entries_of, others_of, wallet_of

RECENT = 6
MONEY_IN = 4
LOOK_BACK = 100  # movements looked through for the newest money in
PAGE = 25
KINDS = {
    "top_up": _("Top-up"),
    "sale": _("Payment"),
    "refund": _("Refund"),
    "withdrawal": _("Withdrawal"),
    "withdrawal_returned": _("Withdrawal came back"),
    "reversal": _("Taken back by our operator"),
}


@dataclass(frozen=True, slots=True)
class MovedRow:
    """A movement in a list. what: its kind in words. note: what the sender wrote. payment: of a sale."""

    row: HistoryRow
    what: Any
    note: str
    taken_back: bool
    payment: UUID | None


@dataclass(frozen=True, slots=True)
class PaidRow:
    """A payment in a list. state, kind: the word in its pill and the pill's tint."""

    payment: Payment
    state: Any
    kind: str
    receipts: tuple[Receipt, ...]


@login_required
@require_safe
def home(request: SignedIn) -> HttpResponse:
    person_id = request.user.pk
    wallet = wallet_of(person_id)
    entries = entries_of(person_id, limit=LOOK_BACK)
    context = {
        "balances": balances_of(person_id),
        "is_frozen": wallet is not None and wallet.frozen_at is not None,
        "pin": pin_state(person_id),
        "paid": [_paid_row(each) for each in my_payments(person_id, limit=RECENT)],
        "money_in": _moved(person_id, [row for row in entries if row.amount_minor > 0][:MONEY_IN]),
    }
    return render(request, "payments/wallet.html", context)


@login_required
@require_safe
def history(request: SignedIn) -> HttpResponse:
    """All payments, newest first, page by page."""
    page = Paginator(payments_made_by(request.user.pk), PAGE).get_page(request.GET.get("page"))
    rows = [_paid_row(each) for each in page.object_list]
    return render(request, "payments/history.html", {"page": page, "paid": rows})


@login_required
@require_safe
def movements(request: SignedIn) -> HttpResponse:
    """The ledger's own list: what moved, and the balance that it left."""
    rows = entries_of(request.user.pk, limit=PAGE + 1, before=_before(request))
    context = {
        "rows": _moved(request.user.pk, rows[:PAGE]),
        "older": rows[PAGE - 1].happened_at if len(rows) > PAGE else None,
    }
    return render(request, "payments/movements.html", context)


def _before(request: SignedIn) -> datetime | None:
    try:
        moment = parse_datetime(request.GET.get("before", ""))
    except ValueError:  # well formed, but no such day
        return None
    return moment if moment is not None and moment.tzinfo is not None else None


def _moved(person_id: UUID, rows: list[HistoryRow]) -> list[MovedRow]:
    """Movements as they are told to this person: a send names the other side; one query for all."""
    others = others_of(person_id, [row.journal for row in rows if row.kind == "send"])
    return [_told(row, others.get(row.journal)) for row in rows]


def _told(row: HistoryRow, other: Other | None) -> MovedRow:
    if other is None:
        return MovedRow(row, KINDS.get(row.kind, row.kind), "", False, _payment_of(row))
    words = _("Sent to %(name)s") if row.amount_minor < 0 else _("From %(name)s")
    what = words % {"name": other.name or _("somebody")}
    return MovedRow(row, what, other.note, other.reversed, None)


def _payment_of(row: HistoryRow) -> UUID | None:
    """A sale's reference names its payment."""
    kind, _colon, name = row.reference.partition(":")
    return UUID(name) if kind == "sale" else None


def _paid_row(payment: Payment) -> PaidRow:
    receipts = tuple(sorted(payment.receipts.all(), key=lambda receipt: receipt.number))
    if payment.refunded_minor == payment.total_minor:
        state, kind = _("refunded"), "warn"
    elif payment.refunded_minor:
        state, kind = _("partly refunded"), "warn"
    elif payment.state == Payment.State.SETTLED:
        state, kind = _("paid"), "paid"
    else:
        state, kind = _("paid, receipt follows"), "info"
    return PaidRow(payment, state, kind, receipts)
