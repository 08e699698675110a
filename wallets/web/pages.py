"""The top-up page: one currency, one amount, one button; a double tap is one top-up."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from base.core.errors import Refused
from base.paths import safe_path
from wallets import queries
from wallets.core.currencies import CURRENCIES
from wallets.core.money import exponent
from wallets.core.money_text import display_with_code
from wallets.flows.top_up import top_up as flow_top_up
from wallets.web.forms import TopUpForm, missing_minor
from wallets.web.quick import USUAL_CURRENCIES, quick_amounts, quick_currencies

PAY_PAGES = "/pay/"


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def top_up(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return _book(request)
    owned = _owned(request)
    default = owned[0] if owned else USUAL_CURRENCIES[0]
    return _page(request, TopUpForm.offered(request.GET, default_currency=default), HTTPStatus.OK)


def _book(request: HttpRequest) -> HttpResponse:
    form = TopUpForm(request.POST)
    if not form.is_valid():
        if "key" in form.errors:
            form.renew_key()
        return _page(request, form, HTTPStatus.BAD_REQUEST)
    said = form.cleaned_data
    try:
        booked = flow_top_up(
            person_id=_person(request),
            currency=said["currency"],
            amount_minor=said["amount_minor"],
            key=str(said["key"]),
        )
    except Refused as no:
        form.add_error(None, no.message)
        if no.code != "still_working":
            form.renew_key()
        return _page(request, form, HTTPStatus(no.status))
    amount = display_with_code(booked.amount_minor, booked.currency)
    messages.success(request, _("%(amount)s test money is in your wallet.") % {"amount": amount})
    return redirect(said["next"] or "payments:wallet")


def _page(request: HttpRequest, form: TopUpForm, status: HTTPStatus) -> HttpResponse:
    asked = form["currency"].value()
    currency = asked if asked in CURRENCIES else USUAL_CURRENCIES[0]
    back = safe_path(form["next"].value())
    unit = 10 ** exponent(currency)
    context = {
        "form": form,
        "currency": CURRENCIES[currency],
        "currencies": quick_currencies(currency, _owned(request)),
        "all_currencies": sorted(CURRENCIES.values()),
        "amounts": [minor // unit for minor in quick_amounts(currency)],
        "next": back,
        "for_payment": back.startswith(PAY_PAGES),
        "missing_minor": missing_minor(request.GET),
    }
    return render(request, "wallets/top_up.html", context, status=status)


def _owned(request: HttpRequest) -> list[str]:
    return [balance.currency for balance in queries.balances_of(_person(request))]


def _person(request: HttpRequest) -> UUID:
    assert request.user.pk is not None, "the view is behind login_required"
    return request.user.pk
