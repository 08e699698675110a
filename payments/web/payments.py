"""One payment for the people of the shop, and giving it back, whole or in part: look, choose, ask, done.

The same three pages stand under a till (for whoever works at it) and under the shop (for those who see all
its sales). A payment of another till or shop is not found.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from base.core.errors import Refused
from base.ids import database_now
from merchants.core.roles import Action, allowed
from payments.core.exchange import back_minor
from payments.core.refund_parts import parts_back
from payments.flows.refund import refund as flow_refund
from payments.models import Payment
from payments.papers.code import draw_code
from payments.papers.receipt_text import receipt_text
from payments.papers.rows import sale_rows
from payments.queries import sale_lines_of
from payments.queries.receipts import receipt_link
from payments.queries.refunds import back_of, left_lines_of, lines_left
from payments.queries.sales import payment_of_shop
from payments.queries.till import payment_at_till, read_receipts, refund_of, refunds_of
from payments.web.charge_form import new_key, sent_key
from payments.web.floor_rows import match_context
from payments.web.payment_row import PaymentRow
from payments.web.receipts import body_of
from payments.web.refund_choice import Choice, line_rows, read_choice
from payments.web.sales import desk
from payments.web.signed_in import SignedIn
from people.models import User
from taxes.core.lines import total_up

REASON_LENGTH = 120


@dataclass(frozen=True, slots=True)
class Place:
    """Where a payment is looked at. kind: "till" or "shop"; place_id: of that till or shop."""

    kind: str
    place_id: UUID
    payment: Payment
    may_refund: bool
    may_charge: bool
    frame: dict[str, Any]

    def url(self, page: str, *more: UUID) -> str:
        """The address of a page of this payment here: payment, refund or refunded."""
        return reverse(f"payments:{self.kind}_{page}", args=[self.place_id, self.payment.pk, *more])

    @property
    def back(self) -> str:
        return reverse("payments:sales" if self.kind == "shop" else "payments:till", args=[self.place_id])

    def context(self) -> dict[str, Any]:
        """What all pages of a payment show."""
        payment = self.payment
        return self.frame | {
            "here": "sales" if self.kind == "shop" else "till",
            "desk": f"payments/{'sales' if self.kind == 'shop' else 'till'}_frame.html",
            "payment": payment,
            "row": PaymentRow(payment, payment.branch),
            "currency": payment.currency,
            "back": self.back,
            "payment_url": self.url("payment"),
            "refund_url": self.url("refund"),
            "receipts_url": f"{self.url('payment')}receipts/",
        }


def _at_till(actor: User, till_id: UUID, payment_id: UUID, action: Action) -> Place:
    till, payment = payment_at_till(actor, till_id, payment_id, action)
    return Place("till", till_id, payment, True, True, {"till": till, "merchant": payment.merchant})


def _at_shop(actor: User, merchant_id: UUID, payment_id: UUID, action: Action) -> Place:
    payment, role = payment_of_shop(actor, merchant_id, payment_id, action)
    may_refund, may_charge = allowed(role, Action.REFUND), allowed(role, Action.CHARGE)
    return Place("shop", merchant_id, payment, may_refund, may_charge, desk(payment.merchant, role))


PLACES = {"till": _at_till, "shop": _at_shop}


@login_required
@require_safe
def payment(request: SignedIn, kind: str, place_id: UUID, payment_id: UUID) -> HttpResponse:
    """Lines, taxes as sold and as corrected, tip, fee, state and receipts."""
    place = PLACES[kind](request.user, place_id, payment_id, Action.SEE_SALES)
    paid = place.payment
    read_receipts(paid)
    left_minor = paid.total_minor - paid.refunded_minor
    sold = PaymentRow(paid, paid.branch).receipt
    context: dict[str, Any] = {
        "code": draw_code(receipt_link(sold)) if sold else None,
        "lines": sale_rows(
            total_up(sale_lines_of([paid])[paid.pk]),
            tip_minor=paid.tip_minor,
            inclusive=paid.prices_include_tax,
            currency=paid.currency,
        ),
        "refunds": refunds_of(paid),
        "left_minor": left_minor,
        "may_refund": place.may_refund and left_minor > 0,
    }
    corrected = next((each for each in paid.receipts.all() if each.correction_id), None)
    if corrected is not None:
        context |= {"corrected": corrected, "corrected_rows": receipt_text(body_of(corrected)).rows}
    if kind == "till" and paid.one_time_code_id is None:
        context |= match_context(place.frame["till"], paid, at=database_now())
    return render(request, "payments/payment.html", place.context() | context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def refund(request: SignedIn, kind: str, place_id: UUID, payment_id: UUID) -> HttpResponse:
    """Ask first, saying what goes back from where; then just that, once for one asking."""
    place = PLACES[kind](request.user, place_id, payment_id, Action.REFUND)
    if request.method != "POST":
        if place.payment.refunded_minor == place.payment.total_minor:
            return redirect(place.url("payment"))
        return _ask(request, place)
    try:
        choice = read_choice(request.POST, place.payment.currency)
        done = flow_refund(
            actor=request.user,
            payment_id=payment_id,
            key=sent_key(request),
            amount_minor=choice.amount_minor,
            lines=choice.lines,
            reason=" ".join(request.POST.get("reason", "").split())[:REASON_LENGTH],
            till_id=place_id if kind == "till" else None,
        )
    except Refused as no:
        if no.status == 404:
            raise
        return _ask(request, place, no=no)
    return redirect(place.url("refunded", done.pk))


@login_required
@require_safe
def refunded(request: SignedIn, kind: str, place_id: UUID, payment_id: UUID, refund_id: UUID) -> HttpResponse:
    """Done: what went back, with its receipt."""
    place = PLACES[kind](request.user, place_id, payment_id, Action.SEE_SALES)
    context = {"refund": refund_of(place.payment, refund_id)}
    return render(request, "payments/payment_refunded.html", place.context() | context)


def _ask(request: SignedIn, place: Place, *, no: Refused | None = None) -> HttpResponse:
    """no: why the last asking was refused; the next one goes under a new key.

    What was chosen, in the address or in a refused form, is what is asked about; where that cannot go back,
    all that is left is.
    """
    said = request.POST if request.method == "POST" else request.GET
    sold, left = left_lines_of(place.payment)
    paid = getattr(place.payment, "exchange", None)
    choice, parts = Choice(), left
    try:
        choice = read_choice(said, place.payment.currency)
        if sum(line.gross_minor for line in left):
            parts = parts_back(sold, left, amount_minor=choice.amount_minor, lines=choice.lines)
    except Refused as wrong:
        choice, no = Choice(), no or wrong
    context = {
        "left": back_of(parts),
        "all": parts == left,
        "fields": choice.fields,
        "lines": line_rows(lines_left(sold, left), said, place.payment.currency),
        "amount": said.get("amount", "")[:20],
        "no": no,
        "key": new_key(),
    }
    if paid is not None:
        context["payer_minor"] = back_minor(
            paid.payer_minor,
            total_minor=place.payment.total_minor,
            refunded_minor=place.payment.refunded_minor,
            refund_minor=sum(line.gross_minor for line in parts),
        )
    if no is not None and no.code == "still_working":
        context["key"] = request.POST["key"]
    page = place.context() | context
    return render(request, "payments/payment_refund.html", page, status=no.status if no else 200)
