"""The platform's desk, for staff only: review shops and names, freeze shops and wallets, set limits.

Everybody else is told that there is nothing here. Each action is a POST with its line in the audit trail.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from base.core.errors import Refused
from merchants.core.identity import read_tax_number, scripts_of, tax_number_label
from merchants.core.places import country_name
from merchants.core.trades import trade_label
from merchants.flows.freeze_customer import freeze_customer
from merchants.flows.freeze_merchant import freeze_merchant
from merchants.flows.review_merchant import review_merchant
from merchants.flows.review_name_change import review_name_change
from merchants.flows.set_customer_tier import set_customer_tier
from merchants.models import Merchant
from merchants.queries import (
    customer_of_wallet,
    frozen_customers,
    frozen_shops,
    name_changes_waiting,
    operator_for,
    payout_stops,
    search_customers,
    search_shops,
    shop_for_operator,
    shops_waiting,
)
from merchants.web.forms import ReasonForm, TierForm
from merchants.web.frame import SignedIn
from wallets.core.limits import TIERS, limits

SHORTEST_SEARCH = 2


@login_required
@require_GET
def desk(request: SignedIn) -> HttpResponse:
    operator_for(request.user)
    text = " ".join(request.GET.get("q", "").split())
    searched = len(text) >= SHORTEST_SEARCH
    names = [
        {"change": change, "two_scripts": len(scripts_of(change.trade_name)) > 1}
        for change in name_changes_waiting(request.user)
    ]
    context = {
        "stops": payout_stops(request.user),
        "waiting": [_facts(shop) for shop in shops_waiting(request.user)],
        "names": names,
        "q": text,
        "searched": searched,
        "shops": search_shops(request.user, text) if searched else [],
        "customers": search_customers(request.user, text) if searched else [],
        "frozen_shops": frozen_shops(request.user),
        "frozen_customers": frozen_customers(request.user),
    }
    return render(request, "merchants/operator.html", context)


def _facts(shop: Merchant) -> dict[str, Any]:
    """What an operator looks at before agreeing."""
    profile = getattr(shop, "tax_profile", None)
    number = profile.tax_number if profile else ""
    return {
        "shop": shop,
        "country": country_name(shop.country),
        "trade": trade_label(shop.mcc),
        "tax_label": tax_number_label(shop.country, number),
        "tax_number": number,
        "checked": _checked(number, shop.country),
        "owners": [row.person.email for row in shop.memberships.all() if row.role == "owner"],
        "two_scripts": len(scripts_of(shop.trade_name)) > 1,
    }


def _checked(number: str, country: str) -> bool:
    try:
        return read_tax_number(number, country=country).checked
    except Refused:
        return False


@login_required
@require_POST
def review_shop(request: SignedIn, merchant_id: UUID) -> HttpResponse:
    shop = review_merchant(
        operator_id=request.user.pk,
        merchant_id=merchant_id,
        agreed=_agreed(request),
        reason=request.POST.get("reason", "")[:200],
    )
    messages.success(request, f"{shop.trade_name}: {shop.review}.")
    return redirect("merchants:operator")


@login_required
@require_POST
def review_name(request: SignedIn, name_change_id: UUID) -> HttpResponse:
    change = review_name_change(
        operator_id=request.user.pk,
        name_change_id=name_change_id,
        agreed=_agreed(request),
    )
    messages.success(request, f"{change.trade_name}: {change.state}.")
    return redirect("merchants:operator")


@login_required
def freeze_shop(request: SignedIn, merchant_id: UUID) -> HttpResponse:
    shop = shop_for_operator(request.user, merchant_id)

    def act(on: bool, reason: str) -> None:
        freeze_merchant(operator_id=request.user.pk, merchant_id=shop.pk, on=on, reason=reason)

    return _freeze(request, act, on=shop.frozen_at is None, what=f"the shop {shop.trade_name}")


@login_required
def freeze_wallet(request: SignedIn, wallet_id: UUID) -> HttpResponse:
    customer = customer_of_wallet(request.user, wallet_id)

    def act(on: bool, reason: str) -> None:
        freeze_customer(operator_id=request.user.pk, wallet_id=wallet_id, on=on, reason=reason)

    return _freeze(request, act, on=customer.frozen_at is None, what=f"the wallet of {customer.email}")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def wallet_tier(request: SignedIn, wallet_id: UUID) -> HttpResponse:
    """How much a customer may spend and hold, with the reason."""
    customer = customer_of_wallet(request.user, wallet_id)
    form = TierForm(request.POST or None, initial={"tier": customer.tier})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        set_customer_tier(
            operator_id=request.user.pk, wallet_id=wallet_id, tier=said["tier"], reason=said["reason"]
        )
        messages.success(request, f"The wallet of {customer.email} is {said['tier']}.")
        return redirect("merchants:operator")
    rows = [(tier, limits("EUR", tier=tier)) for tier in TIERS]
    context = {"form": form, "customer": customer, "rows": rows}
    return render(request, "merchants/tier.html", context, status=400 if form.errors else 200)


def _freeze(request: SignedIn, act: Callable[[bool, str], None], *, on: bool, what: str) -> HttpResponse:
    """Asked first, with a reason. Done is what the page said, not the opposite of what is true by now."""
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        wanted = request.POST.get("on") == "yes"
        act(wanted, form.cleaned_data["reason"])
        messages.success(request, f"{'Frozen' if wanted else 'Open again'}: {what}.")
        return redirect("merchants:operator")
    context = {"form": form, "on": on, "what": what}
    return render(request, "merchants/freeze.html", context, status=400 if form.errors else 200)


def _agreed(request: SignedIn) -> bool:
    answer = request.POST.get("answer")
    if answer not in {"agree", "reject"}:
        raise Refused("answer_missing", "Agree or reject, please. Nothing was changed.")
    return answer == "agree"
