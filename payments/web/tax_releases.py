"""Fenced tax of a place is released: which period, how much, then the yes. Owners only."""

from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from base.core.errors import Refused
from base.ids import database_now
from merchants import queries as shops
from merchants.core.roles import Action
from merchants.models import Merchant
from payments.core.filed import period_named, periods
from payments.core.tax_releases import take
from payments.flows.release_tax import release_tax
from payments.queries.tax_releases import releasable
from payments.web.charge_form import new_key, sent_key
from payments.web.payout_rows import part_rows
from payments.web.sales import desk
from payments.web.signed_in import SignedIn
from wallets.core.money import format_minor, parse_amount


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def release(request: SignedIn, merchant_id: UUID, place: str) -> HttpResponse:
    """Chosen first, then asked with what it is taken from, then done, once for one asking."""
    merchant = shops.shop_for(request.user, merchant_id, Action.PAY_OUT)
    found, zone = shops.tax_place_of(merchant, place), shops.zone_at(merchant, place)
    context = desk(merchant, shops.role_in(request.user, merchant)) | {"here": "payouts", "place": found}
    today = database_now().astimezone(ZoneInfo(zone)).date()
    try:
        if request.method == "POST":
            return _release(request, merchant, place, zone, today)
        if "period" in request.GET:
            context |= _asked(request, merchant, place, zone, today)
        else:
            fenced = releasable(merchant, place)[1]
            context |= {
                "fenced_minor": sum(part.amount_minor for part in fenced),
                "parts": part_rows(fenced),
                "periods": periods(today),
            }
    except Refused as no:
        if no.status in {403, 404}:
            raise
        context["no"] = no
    return render(request, "payments/tax_release.html", context, status=409 if "no" in context else 200)


def _asked(request: HttpRequest, merchant: Merchant, place: str, zone: str, today: date) -> dict[str, Any]:
    """What would be done, as the page says it before the yes."""
    period, until, amount_minor = _terms(request.GET, merchant, zone, today)
    there = releasable(merchant, place, until=until)[1]
    parts = take(there, merchant.currency, amount_minor=amount_minor)
    total = sum(part.amount_minor for part in parts)
    return {
        "asked": True,
        "period": period,
        "amount": format_minor(total, merchant.currency),
        "amount_minor": total,
        "parts": part_rows(parts),
        "key": new_key(),
    }


def _release(request: SignedIn, merchant: Merchant, place: str, zone: str, today: date) -> HttpResponse:
    period, until, amount_minor = _terms(request.POST, merchant, zone, today)
    if amount_minor is None:
        raise Refused("amount_invalid", "Type an amount, please. Nothing was moved.")
    row = release_tax(
        actor=request.user,
        merchant_id=merchant.pk,
        place=place,
        key=sent_key(request),
        amount_minor=amount_minor,
        period=period,
        until=until,
    )
    released = f"{format_minor(row.amount_minor, row.currency)} {row.currency}"
    messages.success(request, f"{released} of tax is released. It can be paid out now.")
    return redirect("payments:payouts", merchant.pk)


def _terms(
    sent: QueryDict, merchant: Merchant, zone: str, today: date
) -> tuple[str, datetime | None, int | None]:
    """The period's label, its end, and the amount; no amount is all of it."""
    period = period_named(sent.get("period", ""), today)
    typed = sent.get("amount", "").strip()
    amount_minor = parse_amount(typed, merchant.currency) if typed else None
    return period.value if period else "", period.ends_at(zone) if period else None, amount_minor
