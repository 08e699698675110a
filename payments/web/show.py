"""Show to the till: a customer's page with a one-time code that a till scans, and what became of it.

The PIN opens it, or each amount asks for the PIN. A code leaves here once, in the answer to a POST, so a
reload shows no old one. Without scripts a button makes each code and another looks what became of it.
"""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from base.core.errors import Refused
from base.ids import database_now
from payments.core.shown_code import in_groups
from payments.flows.close_showing import close_showing
from payments.flows.hide_code import hide_code
from payments.flows.open_showing import open_showing
from payments.flows.show_to_till import Fresh, show_to_till
from payments.models import Showing, ShownCode
from payments.papers.code import draw_code
from payments.queries.shown import Outcome, my_shown_code, newest_of, outcome_of, showing_of
from payments.web.signed_in import SignedIn
from people.queries import pin_state
from wallets.core.limits import small
from wallets.queries import balances_of, wallet_of

# In the browser's session: the showing that was opened here. Another browser cannot go on with its PIN.
SHOWING = "showing"


@login_required
@require_safe
def show(request: SignedIn) -> HttpResponse:
    """The page as it stands: asks for the PIN, or is ready to show a code, or leads to what a till asked."""
    showing = _showing(request)
    if showing is None:
        return _ask(request)
    newest = newest_of(showing)
    if newest is not None and outcome_of(newest, at=database_now()) == Outcome.WAITING:
        return redirect(_way(newest, Outcome.WAITING))
    return render(request, "payments/show.html", {"showing": showing, "newest": newest} | _of(showing))


@login_required
@require_POST
def begin(request: SignedIn) -> HttpResponse:
    """Open a showing: with the PIN, or (button "later") to be asked at each amount."""
    pin = None if "later" in request.POST else request.POST.get("pin", "")
    try:
        showing = open_showing(person_id=request.user.pk, pin=pin)
    except Refused as no:
        return _ask(request, no=no)
    request.session[SHOWING] = str(showing.pk)
    return redirect("payments:show")


@login_required
@require_POST
def code(request: SignedIn) -> HttpResponse:
    """A fresh code: a piece of the page for its script, the whole page for a browser without."""
    is_piece = request.headers.get("Accept") == "text/x-piece"
    showing = _showing(request)
    try:
        if showing is None:
            raise Refused("showing_over", "Your codes have run out. Nothing was taken.", status=409)
        fresh = show_to_till(person_id=request.user.pk, showing_id=showing.pk)
    except Refused as no:
        if is_piece:
            return HttpResponse(no.message, status=no.status, content_type="text/plain; charset=utf-8")
        return redirect("payments:show")
    page = "payments/parts/shown_code.html" if is_piece else "payments/show.html"
    return render(request, page, {"showing": showing} | _of(showing) | _drawn(fresh))


@login_required
@require_safe
def state(request: SignedIn, code_id: UUID) -> HttpResponse:
    """What became of one code: {"outcome", "to"}, where the page goes next ("" to stay)."""
    found = my_shown_code(request.user.pk, code_id)
    outcome = outcome_of(found, at=database_now())
    return JsonResponse({"outcome": outcome, "to": _way(found, outcome)})


@login_required
@require_POST
def hide(request: SignedIn, code_id: UUID) -> HttpResponse:
    """The page went out of sight."""
    hide_code(person_id=request.user.pk, code_id=code_id)
    return HttpResponse(status=204)


@login_required
@require_POST
def stop(request: SignedIn) -> HttpResponse:
    """Put the codes away: the next ones ask for the PIN again."""
    close_showing(person_id=request.user.pk)
    request.session.pop(SHOWING, None)
    return redirect("payments:wallet")


@require_safe
def opened(request: HttpRequest, token: str) -> HttpResponse:
    """Behind a customer's code, for a camera that is no till's: says what it is, and looks nothing up."""
    if len(token) > 200:
        raise Http404
    return render(request, "payments/shown_elsewhere.html", status=404)


def _showing(request: SignedIn) -> Showing | None:
    known = request.session.get(SHOWING)
    return showing_of(request.user.pk, UUID(known) if known else None, at=database_now())


def _ask(request: SignedIn, *, no: Refused | None = None) -> HttpResponse:
    wallet = wallet_of(request.user.pk)
    context = {
        "showing": None,
        "no": no,
        "pin": pin_state(request.user.pk),
        "is_frozen": wallet is not None and wallet.frozen_at is not None,
        "limits": [(small(currency), currency) for currency in _currencies(request.user.pk)],
    }
    return render(request, "payments/show.html", context, status=no.status if no else 200)


def _currencies(person_id: UUID) -> list[str]:
    return [each.currency for each in balances_of(person_id)] or ["EUR"]


def _of(showing: Showing) -> dict[str, Any]:
    """What the showing's yes still covers."""
    return {"small_left": max(small("EUR").count - showing.small_count, 0) if showing.with_pin else 0}


def _drawn(fresh: Fresh) -> dict[str, Any]:
    return {
        "fresh": fresh,
        "code": draw_code(fresh.link),
        "digits": in_groups(fresh.digits),
        "state_url": reverse("payments:show_state", args=[fresh.code.pk]),
        "hide_url": reverse("payments:show_hide", args=[fresh.code.pk]),
    }


def _way(found: ShownCode, outcome: Outcome) -> str:
    """Where the payer goes: to the amount and the PIN, or to what was paid."""
    if outcome == Outcome.WAITING:
        return reverse("payments:pay", args=[found.session_id])
    if outcome == Outcome.PAID:
        assert found.session is not None
        return reverse("payments:paid", args=[found.session.payment.pk])
    return ""
