"""The shift under the till: open it, see how it stands, take it over, move cash, count and close.

Each form names the shift it was drawn for, so a page that was left open changes no later shift.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from base.core.errors import Refused
from merchants.core.roles import Action
from merchants.models import Till
from merchants.queries import till_for
from payments.core.z_report import facts, people_in
from payments.flows.close_shift import close_shift
from payments.flows.hand_over import hand_over
from payments.flows.move_cash import move_cash
from payments.flows.open_shift import open_shift
from payments.models import Shift
from payments.papers.z_text import z_text
from payments.queries.shifts import drawer_of, may_close, names_of, open_shift_at, report_of, shift_at_till
from payments.web.shift_forms import CashForm, CloseForm, CountForm, OpenForm, ShiftForm, TakeForm
from payments.web.signed_in import SignedIn


@login_required
@require_safe
def shift(request: SignedIn, till_id: UUID) -> HttpResponse:
    """The open shift so far, or how to open one."""
    return _page(request, till_for(request.user, till_id, Action.CHARGE))


@login_required
@require_POST
def begin(request: SignedIn, till_id: UUID) -> HttpResponse:
    till = till_for(request.user, till_id, Action.CHARGE)
    form = OpenForm(request.POST, currency=till.branch.merchant.currency)

    def act(said: dict[str, Any]) -> str:
        open_shift(actor=request.user, till_id=till_id, float_minor=said["amount_minor"], key=said["key"])
        return "The shift is open."

    return _sent(request, till, "open_form", form, act)


@login_required
@require_POST
def take(request: SignedIn, till_id: UUID, shift_id: UUID) -> HttpResponse:
    till, found = shift_at_till(request.user, till_id, shift_id)

    def act(said: dict[str, Any]) -> str:
        hand_over(
            actor=request.user,
            till_id=till_id,
            shift_id=shift_id,
            counted_minor=said.get("amount_minor"),
            key=said["key"],
        )
        return "The shift is yours."

    return _sent(request, till, "take_form", TakeForm(request.POST, currency=found.currency), act)


@login_required
@require_POST
def cash(request: SignedIn, till_id: UUID, shift_id: UUID) -> HttpResponse:
    till, found = shift_at_till(request.user, till_id, shift_id)

    def act(said: dict[str, Any]) -> str:
        move_cash(
            actor=request.user,
            till_id=till_id,
            shift_id=shift_id,
            kind=said["kind"],
            amount_minor=said["amount_minor"],
            reason=said["reason"],
            key=said["key"],
        )
        return "Noted."

    return _sent(request, till, "cash_form", CashForm(request.POST, currency=found.currency), act)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def close(request: SignedIn, till_id: UUID, shift_id: UUID) -> HttpResponse:
    """Count, see the difference, say yes; a shift that is closed leads to its Z report."""
    till, found = shift_at_till(request.user, till_id, shift_id)
    if found.closed_at is not None:
        return redirect("payments:till_z", till_id, shift_id)
    if not may_close(request.user, found, till.branch.merchant):
        return _page(request, till, no=_not_yours(), status=403)
    if request.method == "POST":
        return _close(request, till, found)
    if "counted" not in request.GET:
        return _count(request, till, found, CountForm(currency=found.currency))
    form = CountForm(request.GET, currency=found.currency)
    if not form.is_valid():
        return _count(request, till, found, form, status=400)
    return _ask(request, till, found, form.cleaned_data)


def _close(request: SignedIn, till: Till, found: Shift) -> HttpResponse:
    # A count that does not read is a page that was tampered with: it begins anew.
    form = CloseForm(request.POST, differs=True, currency=found.currency)
    if not form.is_valid():
        return _count(request, till, found, CountForm(request.POST, currency=found.currency), status=400)
    said = form.cleaned_data
    try:
        close_shift(
            actor=request.user,
            till_id=till.pk,
            shift_id=found.pk,
            counted_minor=said["amount_minor"],
            reason=said["reason"],
            key=said["key"],
        )
    except Refused as no:
        if no.status == 404:
            raise
        return _ask(request, till, found, said, no=no)
    return redirect("payments:till_z", till.pk, found.pk)


def _ask(
    request: SignedIn, till: Till, found: Shift, said: dict[str, Any], *, no: Refused | None = None
) -> HttpResponse:
    """The count beside what should be there. no: why the last yes was refused; the next has another key."""
    expected_minor = drawer_of(found).expected_minor
    differs = said["amount_minor"] != expected_minor
    initial = {"counted": said["counted"], "reason": said.get("reason", "")}
    if no is not None and no.code == "still_working":
        initial["key"] = said["key"]
    context = _frame(till, found) | {
        "expected_minor": expected_minor,
        "counted_minor": said["amount_minor"],
        "difference_minor": said["amount_minor"] - expected_minor,
        "close_form": CloseForm(differs=differs, currency=found.currency, initial=initial),
        "no": no,
    }
    return render(request, "payments/shift_close.html", context, status=no.status if no else 200)


def _count(
    request: SignedIn, till: Till, found: Shift, form: CountForm, *, status: int = 200
) -> HttpResponse:
    context = _frame(till, found) | {"difference_minor": None, "count_form": form}
    return render(request, "payments/shift_close.html", context, status=status)


def _sent(
    request: SignedIn, till: Till, name: str, form: ShiftForm, act: Callable[[dict[str, Any]], str]
) -> HttpResponse:
    """Do what a form asks and go back to the shift; what is refused comes back with the form."""
    if not form.is_valid():
        return _page(request, till, forms={name: form}, status=400)
    try:
        done = act(form.cleaned_data)
    except Refused as no:
        if no.status == 404:
            raise
        form.refused(no)
        return _page(request, till, forms={name: form}, no=no, status=no.status)
    messages.success(request, done)
    return redirect("payments:shift", till.pk)


def _page(
    request: SignedIn,
    till: Till,
    *,
    forms: dict[str, ShiftForm] | None = None,
    no: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    found = open_shift_at(till)
    currency = till.branch.merchant.currency
    context = _frame(till, found) | {"no": no}
    if found is None:
        context["open_form"] = OpenForm(currency=currency)
    else:
        said = facts(report_of(found, till))
        names = names_of(people_in(said))
        context |= {
            "text": z_text(said, names),
            "holder": names[str(found.holder_id)],
            "mine": found.holder_id == request.user.pk,
            "may_close": may_close(request.user, found, till.branch.merchant),
            "take_form": TakeForm(currency=found.currency),
            "cash_form": CashForm(currency=found.currency),
        }
    return render(request, "payments/shift.html", context | (forms or {}), status=status)


def _frame(till: Till, found: Shift | None) -> dict[str, Any]:
    merchant = till.branch.merchant
    return {
        "here": "shift",
        "till": till,
        "merchant": merchant,
        "shift": found,
        "currency": found.currency if found else merchant.currency,
    }


def _not_yours() -> Refused:
    return Refused("shift_not_yours", "This shift is another's. Take it over first.", status=403)
