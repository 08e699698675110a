"""The operator's switch: stop the payouts of one shop or of all, and let them go on, each with a reason."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from merchants.flows.lift_payout_stop import lift_payout_stop
from merchants.flows.stop_payouts import stop_payouts
from merchants.queries import operator_for, payout_stop_for, payout_stops, shop_for_operator
from merchants.web.forms import ReasonForm
from merchants.web.frame import SignedIn, submitted


@login_required
@require_safe
def stops(request: SignedIn) -> HttpResponse:
    """What is stopped, since when and why."""
    found = payout_stops(request.user)
    context = {
        "here": "payouts",
        "stops": found,
        "all_stopped": any(stop.merchant_id is None for stop in found),
    }
    return render(request, "merchants/payout_stops.html", context)


@login_required
def stop(request: SignedIn, merchant_id: UUID | None = None) -> HttpResponse:
    """Asked first, with a reason."""
    operator_for(request.user)
    shop = shop_for_operator(request.user, merchant_id) if merchant_id else None
    whose = f"of {shop.trade_name}" if shop else "of all shops"
    form = ReasonForm(request.POST or None)

    def act(data: dict[str, str]) -> str:
        new = stop_payouts(merchant_id=merchant_id, operator_id=request.user.pk, **data)
        return "stopped" if new else "stopped already"

    if request.method == "POST" and (done := submitted(form, act)):
        messages.success(request, f"Payouts {whose}: {done}.")
        return redirect("merchants:payout_stops")
    context = {"here": "payouts", "form": form, "whose": whose}
    return render(request, "merchants/stop_payouts.html", context, status=400 if form.errors else 200)


@login_required
def lift(request: SignedIn, stop_id: UUID) -> HttpResponse:
    """Asked first, with a reason."""
    found = payout_stop_for(request.user, stop_id)
    form = ReasonForm(request.POST or None)

    def act(data: dict[str, str]) -> bool:
        return bool(lift_payout_stop(operator_id=request.user.pk, stop_id=stop_id, **data))

    if request.method == "POST" and submitted(form, act):
        messages.success(request, "Money may leave again.")
        return redirect("merchants:payout_stops")
    context = {"here": "payouts", "form": form, "stop": found}
    return render(request, "merchants/lift_payout_stop.html", context, status=400 if form.errors else 200)
