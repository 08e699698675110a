"""Who shares in a shop's sales: the list, an offer by mail, an end, and the page that an offer opens."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render

from merchants.core.roles import Action
from merchants.core.shares import read_percent, show_percent
from merchants.flows.accept_split import accept_split
from merchants.flows.end_split import end_split
from merchants.flows.offer_split import LABEL_MAX, offer_split
from merchants.models import SplitRule
from merchants.queries import shop_for, shops_that_may_share, split_by_token, split_for, splits_of
from merchants.web.frame import SignedIn, shop_page, submitted

_DAY = forms.DateInput(attrs={"type": "date"})


class OfferForm(forms.Form):
    """A share as people write it, the partner's e-mail, and the days for which it counts."""

    email = forms.EmailField(label="The partner's e-mail", help_text="Of the owner who is to agree.")
    share = forms.CharField(
        label="Share in percent",
        max_length=8,
        help_text="Of each sale without tax and tips, after our fee.",
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    label = forms.CharField(
        label="What for", max_length=LABEL_MAX, help_text="Rent, commission, a joint stall ..."
    )
    starts_on = forms.DateField(label="From", widget=_DAY)
    ends_on = forms.DateField(label="Until, not included", required=False, widget=_DAY)


@login_required
def partners(request: SignedIn, merchant_id: UUID) -> HttpResponse:
    """The list, with a form that offers."""
    merchant = shop_for(request.user, merchant_id, Action.PAY_OUT)
    form = OfferForm(request.POST or None)

    def act(data: dict[str, Any]) -> SplitRule:
        share_ppm = read_percent(data.pop("share"))
        return offer_split(actor_id=request.user.pk, merchant_id=merchant.pk, share_ppm=share_ppm, **data)

    if request.method == "POST":
        offered = submitted(form, act)
        if offered:
            messages.success(request, f"Offered. It counts once {offered.email} has agreed.")
            return redirect("merchants:partners", merchant.pk)
    rules = splits_of(merchant)
    return shop_page(
        request,
        merchant,
        "partners.html",
        here="partners",
        form=form,
        shared=[_shown(rule) for rule in rules if rule.merchant_id == merchant.pk],
        taken=[_shown(rule) for rule in rules if rule.partner_id == merchant.pk],
    )


def _shown(rule: SplitRule) -> dict[str, Any]:
    return {"rule": rule, "share": show_percent(rule.share_ppm)}


@login_required
def end(request: SignedIn, merchant_id: UUID, rule_id: UUID) -> HttpResponse:
    """Asked first, then done."""
    rule = split_for(request.user, merchant_id, rule_id)
    if request.method == "POST":
        end_split(actor_id=request.user.pk, merchant_id=merchant_id, rule_id=rule_id)
        messages.success(request, "Ended. Sales made until now are still shared.")
        return redirect("merchants:partners", merchant_id)
    merchant = shop_for(request.user, merchant_id, Action.PAY_OUT)
    context = {"rule": rule, "share": show_percent(rule.share_ppm)}
    return shop_page(request, merchant, "end_split.html", here="partners", **context)


@login_required
def offer(request: SignedIn, token: str) -> HttpResponse:
    """What a mailed offer opens: who shares what; yes takes it, for one of the actor's own shops."""
    rule = split_by_token(token)
    if request.method == "POST":
        taken = accept_split(actor=request.user, token=token, partner_id=_chosen(request))
        messages.success(request, f"Agreed. New sales of {taken.merchant.trade_name} are shared with you.")
        return redirect("merchants:partners", taken.partner_id)
    context = {
        "rule": rule,
        "share": show_percent(rule.share_ppm),
        "other_address": rule.email.lower() != request.user.email.lower(),
        "shops": shops_that_may_share(request.user, rule),
    }
    return render(request, "merchants/split_offer.html", context)


def _chosen(request: SignedIn) -> UUID:
    try:
        return UUID(request.POST.get("shop", ""))
    except ValueError:
        return UUID(int=0)
