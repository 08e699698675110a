"""The till's camera: scan a customer's code to charge an order, or any code to hear what it is.

Camera, photo, hand scanner and fingers all end in one text field of one form, so the page works without
scripts too. Only this page may use a camera. Beside an order that waits nothing is green: paid is shown by
the order's own page.
"""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from base.core.errors import Refused
from base.ids import database_now
from merchants.core.roles import Action
from merchants.models import QrCode, Till
from merchants.queries import till_for
from merchants.queries.shops import not_found
from payments.core.shown_code import Kind, Scanned, read_scanned
from payments.flows.charge_presented import charge_presented
from payments.models import ShownCode
from payments.queries.shown import Outcome, outcome_of, shown_code_at_till
from payments.queries.till import code_at_till, payment_of_code, sale_of_code, state_of_code
from payments.web.charge_form import new_key, sent_key
from payments.web.scanned import tell
from payments.web.signed_in import SignedIn

CAMERA = "camera=(self), geolocation=(), microphone=(), payment=()"
_CUSTOMER = {Kind.CUSTOMER, Kind.DIGITS}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def scan(request: SignedIn, till_id: UUID) -> HttpResponse:
    """A POST says what was read; with ?order=<code> a customer's code is charged for that order."""
    till = till_for(request.user, till_id, Action.CHARGE)
    order = _order(request, till_id)
    if request.method != "POST":
        return _page(request, till, order)
    scanned = read_scanned(request.POST.get("read", ""), base_url=settings.BASE_URL)
    if order is not None and scanned.kind in _CUSTOMER:
        return _charge(request, till, order, scanned)
    return _page(request, till, order, told=tell(request.user, till, scanned))


@login_required
@require_safe
def asked(request: SignedIn, till_id: UUID, code_id: UUID) -> HttpResponse:
    """An order that has asked a customer: waiting, said no, or over. Paid is told by the order's own page."""
    found = shown_code_at_till(request.user, till_id, code_id)
    outcome = outcome_of(found, at=database_now())
    if outcome == Outcome.PAID:
        return redirect(_order_page(found))
    till = till_for(request.user, till_id, Action.CHARGE)
    context = _sale(till, found.order) | {"outcome": outcome, "asked": found, "order_url": _order_page(found)}
    return render(request, "payments/till_asked.html", context)


@login_required
@require_safe
def asked_state(request: SignedIn, till_id: UUID, code_id: UUID) -> HttpResponse:
    """The same for the page's script: {"outcome"}."""
    found = shown_code_at_till(request.user, till_id, code_id)
    return JsonResponse({"outcome": outcome_of(found, at=database_now())})


def _charge(request: SignedIn, till: Till, order: QrCode, scanned: Scanned) -> HttpResponse:
    try:
        code_id = charge_presented(
            actor=request.user,
            till_id=till.pk,
            order_id=order.pk,
            scanned=scanned,
            key=sent_key(request),
        )
    except Refused as no:
        return _page(request, till, order, no=no)
    return redirect("payments:till_asked", till.pk, code_id)


def _order(request: SignedIn, till_id: UUID) -> QrCode | None:
    """The order that is to be paid, if one is named; one that is not of this till is not found."""
    named = request.GET.get("order", "")
    if not named:
        return None
    try:
        return code_at_till(request.user, till_id, UUID(named))
    except ValueError:
        raise not_found() from None


def _page(request: SignedIn, till: Till, order: QrCode | None, **said: Any) -> HttpResponse:
    if order is not None and _is_over(order):
        return redirect("payments:till_code", till.pk, order.pk)
    no = said.get("no")
    context = _sale(till, order) | {"key": new_key(), "here": "scan", **said}
    answer = render(request, "payments/till_scan.html", context, status=no.status if no else 200)
    answer["Permissions-Policy"] = CAMERA
    return answer


def _is_over(order: QrCode) -> bool:
    return state_of_code(order, payment_of_code(order), at=database_now()) != "active"


def _sale(till: Till, order: QrCode | None) -> dict[str, Any]:
    return {
        "till": till,
        "order": order,
        "sale": sale_of_code(order) if order else None,
        "currency": till.branch.merchant.currency,
        "here": "scan",
    }


def _order_page(found: ShownCode) -> str:
    return reverse("payments:till_code", args=[found.till_id, found.order_id])
