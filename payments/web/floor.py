"""What a cashier does about scans and orders: send an order, match a payment, ask for the rest, give back.

Each is a POST from a till's page that leads back to a page which shows what became of it.
"""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from base.core.errors import Refused
from merchants.core.roles import Action
from merchants.queries import not_found, till_for
from payments.flows.ask_rest import ask_rest
from payments.flows.give_back_excess import give_back_excess
from payments.flows.match_payment import match_payment
from payments.flows.push_order import push_order
from payments.flows.unmatch_payment import unmatch_payment
from payments.web.charge_form import sent_key
from payments.web.signed_in import SignedIn

TARGETS = {"code": "to_code", "till": "to_till", "scan": "to_scan"}
SENT = {
    "code": "Whoever scans that sheet now gets this order.",
    "scan": "The order is on that customer’s phone now.",
}


@login_required
@require_POST
def push(request: SignedIn, till_id: UUID, code_id: UUID) -> HttpResponse:
    """to: "code:<id>", "till:<id>" or "scan:<id>"."""
    kind, target = _target(request.POST.get("to", ""))
    try:
        push_order(actor=request.user, till_id=till_id, code_id=code_id, **{TARGETS[kind]: target})
    except Refused as no:
        return _told(request, no, till_id, code_id)
    if kind == "till":
        name = till_for(request.user, target, Action.CHARGE).name
        messages.success(request, f"Sent to {name}: it waits there in the list.")
        return redirect("payments:till", till_id)
    messages.success(request, SENT[kind])
    return redirect("payments:till_code", till_id, code_id)


@login_required
@require_POST
def match(request: SignedIn, till_id: UUID, code_id: UUID) -> HttpResponse:
    try:
        order = match_payment(
            actor=request.user,
            till_id=till_id,
            payment_id=_id(request.POST.get("payment", "")),
            code_id=code_id,
        )
    except Refused as no:
        return _told(request, no, till_id, code_id)
    return redirect("payments:till_code", till_id, order.code.pk)


@login_required
@require_POST
def unmatch(request: SignedIn, till_id: UUID, payment_id: UUID) -> HttpResponse:
    if unmatch_payment(actor=request.user, till_id=till_id, payment_id=payment_id):
        messages.success(request, "This payment counts for no order now.")
    return redirect("payments:till_payment", till_id, payment_id)


@login_required
@require_POST
def rest(request: SignedIn, till_id: UUID, code_id: UUID) -> HttpResponse:
    try:
        made = ask_rest(actor=request.user, till_id=till_id, code_id=code_id, key=sent_key(request))
    except Refused as no:
        return _told(request, no, till_id, code_id)
    return redirect("payments:till_code", till_id, made.pk)


@login_required
@require_POST
def give_back(request: SignedIn, till_id: UUID, code_id: UUID) -> HttpResponse:
    try:
        done = give_back_excess(actor=request.user, till_id=till_id, code_id=code_id, key=sent_key(request))
    except Refused as no:
        return _told(request, no, till_id, code_id)
    return redirect("payments:till_refunded", till_id, done.payment_id, done.pk)


def _told(request: SignedIn, no: Refused, till_id: UUID, code_id: UUID) -> HttpResponse:
    """Back to the order, which shows how things stand, with the reason on top; a 404 stays one."""
    if no.status == 404:
        raise no
    messages.warning(request, no.message)
    return redirect("payments:till_code", till_id, code_id)


def _target(text: str) -> tuple[str, UUID]:
    kind, _, name = text.partition(":")
    if kind not in TARGETS:
        raise not_found()
    return kind, _id(name)


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise not_found() from None
