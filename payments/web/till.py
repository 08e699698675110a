"""The till: type an amount, show its code, see "paid" across the room.

Every page shows the newest payments of the till and of its branch's codes, and listens for more; without
scripts the pages that wait load themselves again.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from base.core.errors import Refused
from base.ids import database_now
from merchants.core.roles import Action
from merchants.flows.retire_qr import retire_qr
from merchants.models import Till
from merchants.queries import till_for
from merchants.queries.sheets import draw_sheet
from payments.core.speech import speech_tag
from payments.flows.charge_again import can_be_again
from payments.flows.charge_basket import charge_basket
from payments.models import Payment
from payments.queries import payments_at_till
from payments.queries.events import last_event_id, topics_of
from payments.queries.shifts import open_shift_at
from payments.queries.till import code_at_till, payment_of_code, sale_of_code, state_of_code
from payments.web.charge_form import ChargeForm
from payments.web.counter import counter_of, offers_of
from payments.web.floor_rows import floor_context, order_context
from payments.web.payment_row import PaymentRow, day_of, time_of
from payments.web.screen_words import screen_words
from payments.web.signed_in import SignedIn
from wallets.core.money import exponent
from wallets.core.money_text import display

# The green screen of a payment stands this long where scripts are off; the list keeps the payment.
FRESH = timedelta(seconds=20)
_SECOND = timedelta(seconds=1)
# Beside an order's code nothing is green but this order: another's PAID must not be taken for it.
_NOTHING_GREEN = {"fresh": None}


@login_required
@require_safe
def till(request: SignedIn, till_id: UUID) -> HttpResponse:
    """The counter: keypad, items and the newest payments. ?find= shows the items of that name alone."""
    found = till_for(request.user, till_id, Action.CHARGE)
    wanted = {name: request.GET[name] for name in ("amount", "category", "reference") if name in request.GET}
    return _keypad(request, found, initial=wanted)


@login_required
@require_POST
def charge(request: SignedIn, till_id: UUID) -> HttpResponse:
    """Make the code and show it; a refusal comes back on the keypad."""
    found = till_for(request.user, till_id, Action.CHARGE)
    currency = found.branch.merchant.currency
    form = ChargeForm(request.POST, offers=offers_of(found)[0], currency=currency)
    if not form.is_valid():
        return _keypad(request, found, form=form, status=400)
    said = form.cleaned_data
    try:
        code = charge_basket(
            actor=request.user,
            till_id=till_id,
            basket=said["basket"],
            reference=said["reference"],
            tip_allowed=said["tip_allowed"],
            key=said["key"],
        )
    except Refused as no:
        if no.status == 404:
            raise
        form.refuse(no)
        return _keypad(request, found, form=form, status=no.status)
    return redirect("payments:till_code", till_id, code.pk)


@login_required
@require_safe
def watch(request: SignedIn, till_id: UUID) -> HttpResponse:
    """The newest payments alone, for a screen on the wall; loads itself again where scripts are off."""
    found = till_for(request.user, till_id, Action.CHARGE)
    return render(request, "payments/till_watch.html", _live(request, found) | {"here": "watch"})


@login_required
@require_safe
def live(request: SignedIn, till_id: UUID) -> HttpResponse:
    """The newest payments as a piece of a page: what till.js puts in the old one's place."""
    found = till_for(request.user, till_id, Action.CHARGE)
    beside = _beside(request)
    page = _live(request, found, beside=beside) | (_NOTHING_GREEN if beside else {})
    return render(request, "payments/till_live.html", page)


@login_required
@require_safe
def code(request: SignedIn, till_id: UUID, code_id: UUID) -> HttpResponse:
    """One order's code, big, until it is paid, called off or over."""
    found = code_at_till(request.user, till_id, code_id)
    assert found.till is not None and found.expires_at is not None
    # First where to listen from, then what is there: what comes between the two is told twice, not lost.
    page = _live(request, found.till, beside=found.pk)
    paid, now = payment_of_code(found), database_now()
    state = state_of_code(found, paid, at=now)
    sale = sale_of_code(found)
    left = found.expires_at - now
    return render(
        request,
        "payments/till_code.html",
        page
        | _NOTHING_GREEN
        | {
            "here": "till",
            "code": found,
            "state": state,
            "paid": PaymentRow(paid, found.branch) if paid else None,
            "sale": sale,
            "words": screen_words(found.branch, order_id=found.pk, session_id=found.pk),
            "expires": found.expires_at,
            "expires_text": time_of(found.expires_at, found.branch.time_zone),
            "seconds_left": max(-(-left // _SECOND), 0),
            "lines": found.lines,
            "again": state != "paid" and can_be_again(found),
            "just_paid": _just_paid(paid, now),
        }
        | order_context(found, at=now),
    )


@login_required
@require_safe
def picture(request: SignedIn, till_id: UUID, code_id: UUID) -> HttpResponse:
    """The code as a drawing, made now and not kept: nothing is printed."""
    drawn = draw_sheet(code_at_till(request.user, till_id, code_id), "svg")
    return HttpResponse(
        drawn.content, content_type=drawn.media_type, headers={"Cache-Control": "private, max-age=600"}
    )


@login_required
@require_http_methods(["POST"])
def cancel(request: SignedIn, till_id: UUID, code_id: UUID) -> HttpResponse:
    """Call the order off; if it has been paid meanwhile, its page says so."""
    found = code_at_till(request.user, till_id, code_id)
    retire_qr(actor_id=request.user.pk, code_id=found.pk)
    return redirect("payments:till_code", till_id, code_id)


def _keypad(
    request: SignedIn,
    found: Till,
    *,
    form: ChargeForm | None = None,
    initial: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    page = _live(request, found) | {"here": "till", "no_shift": open_shift_at(found) is None}
    offers, no = offers_of(found)
    if form is None and offers:
        form = ChargeForm(offers=offers, currency=page["currency"], initial=initial)
    counter = counter_of(found, offers, form, find=request.GET.get("find", "").strip()[:60])
    return render(request, "payments/till.html", page | counter | {"form": form, "no": no}, status=status)


def _beside(request: SignedIn) -> UUID | None:
    """The order beside whose code the list stands."""
    try:
        return UUID(request.GET["beside"])
    except (KeyError, ValueError):
        return None


def _just_paid(paid: Payment | None, now: datetime) -> str:
    """The amount for the green page of an order that was paid while this page was on its way; else ""."""
    if paid is None or now - paid.created_at >= FRESH:
        return ""
    return display(paid.total_minor, paid.currency)


def _live(request: SignedIn, found: Till, *, beside: UUID | None = None) -> dict[str, Any]:
    """What every page of a till shows and where its script begins to listen."""
    after = last_event_id(topics_of(found))
    zone, now = found.branch.time_zone, database_now()
    rows = [PaymentRow(payment, found.branch) for payment in payments_at_till(request.user, found.pk)]
    currency = found.branch.merchant.currency
    return {
        "till": found,
        "merchant": found.branch.merchant,
        "currency": currency,
        "digits": exponent(currency),
        "rows": rows,
        **floor_context(found, at=now, beside=beside),
        "today": day_of(now, zone),
        "fresh": rows[0] if rows and now - rows[0].payment.created_at < FRESH else None,
        "after": after,
        "now_ms": int(now.timestamp() * 1000),
        "speech": speech_tag(found.branch.country, found.branch.region),
    }
