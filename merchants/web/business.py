"""The business itself: its tax profile, its own rates, and a new name."""

from decimal import Decimal
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect

from merchants.core.identity import read_tax_number
from merchants.core.places import country_name, place_name
from merchants.core.roles import Action
from merchants.core.trades import trade_label
from merchants.flows.ask_name_change import ask_name_change
from merchants.flows.complete_tax_profile import complete_tax_profile
from merchants.flows.set_categories import set_categories
from merchants.flows.set_own_rate import set_own_rate
from merchants.queries import (
    name_change_of,
    offers_to_complete,
    own_rate_rows,
    rate_places_of,
    shop_for,
    tax_places_of,
    tax_profile_of,
)
from merchants.web.forms import CategoriesForm, CompleteTaxForm, NameForm, OwnRateForm
from merchants.web.frame import SignedIn, shop_page, submitted
from taxes.core.rates import rate_label
from taxes.queries import CATEGORIES


@login_required
def tax(request: SignedIn, merchant_id: UUID) -> HttpResponse:
    """What stands in the tax profile; what is sold can be changed here."""
    merchant = shop_for(request.user, merchant_id, Action.MANAGE_SHOP)
    profile = tax_profile_of(merchant)
    form = CategoriesForm(request.POST or None, initial={"categories": profile.categories})
    if request.method == "POST":
        saved = submitted(
            form,
            lambda data: set_categories(
                actor_id=request.user.pk, merchant_id=merchant.pk, categories=data["categories"]
            ),
        )
        if saved:
            messages.success(request, "Saved. New codes can be made for these.")
            return redirect("merchants:tax", merchant.pk)
    return shop_page(
        request,
        merchant,
        "tax.html",
        here="tax",
        profile=profile,
        number=read_tax_number(profile.tax_number, country=merchant.country) if profile.tax_number else None,
        country=country_name(merchant.country),
        trade=trade_label(merchant.mcc),
        form=form,
        places=tax_places_of(merchant),
    )


@login_required
def complete(request: SignedIn, merchant_id: UUID) -> HttpResponse:
    """A shop that sold provisionally says how it is taxed."""
    merchant = shop_for(request.user, merchant_id, Action.MANAGE_SHOP)
    profile = tax_profile_of(merchant)
    if not profile.provisional:
        return redirect("merchants:tax", merchant.pk)
    prices = "yes" if profile.prices_include_tax else "no"
    form = CompleteTaxForm(
        request.POST or None, offers=offers_to_complete(merchant), initial={"prices_include_tax": prices}
    )
    if request.method == "POST":
        done = submitted(
            form,
            lambda data: complete_tax_profile(actor_id=request.user.pk, merchant_id=merchant.pk, **data),
        )
        if done:
            messages.success(
                request, "Complete. Your sales so far are being corrected, one receipt each: see Sales."
            )
            return redirect("merchants:tax", merchant.pk)
    return shop_page(request, merchant, "complete_tax.html", here="tax", form=form)


@login_required
def own_rates(request: SignedIn, merchant_id: UUID) -> HttpResponse:
    merchant = shop_for(request.user, merchant_id, Action.MANAGE_SHOP)
    categories = tax_profile_of(merchant).categories
    form = OwnRateForm(
        request.POST or None,
        categories=categories,
        country=merchant.country,
        places=rate_places_of(merchant),
    )
    if request.method == "POST":
        saved = submitted(
            form,
            lambda data: set_own_rate(
                actor_id=request.user.pk,
                merchant_id=merchant.pk,
                category=data["category"],
                tax=data["tax"],
                rate=Decimal(data["rate"].replace(",", ".")),
                valid_from=data["valid_from"],
                compound=data["compound"],
                place=data.get("place", ""),
            ),
        )
        if saved:
            messages.success(request, "Saved. Sales that were made keep the rate they were made at.")
            return redirect("merchants:own_rates", merchant.pk)
    rows = [
        {
            "row": row,
            "label": rate_label(row.rate),
            "category": CATEGORIES.get(row.category, row.category),
            "place": place_name(row.place) if row.place else "Everywhere",
        }
        for row in own_rate_rows(merchant)
    ]
    return shop_page(request, merchant, "own_rates.html", here="tax", form=form, rows=rows)


@login_required
def name(request: SignedIn, merchant_id: UUID) -> HttpResponse:
    """Ask for another trade name; an operator answers."""
    merchant = shop_for(request.user, merchant_id, Action.MANAGE_SHOP)
    form = NameForm(request.POST or None)
    if request.method == "POST":
        asked = submitted(
            form,
            lambda data: ask_name_change(
                actor_id=request.user.pk, merchant_id=merchant.pk, trade_name=data["trade_name"]
            ),
        )
        if asked:
            messages.success(request, "Asked. Payers see the old name until an operator has agreed.")
            return redirect("merchants:name", merchant.pk)
    return shop_page(request, merchant, "name.html", here="tax", form=form, waiting=name_change_of(merchant))
