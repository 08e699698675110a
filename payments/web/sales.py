"""The shop's day: what was taken, by hour and payment by payment. One day a page, in the branch's time."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from base.core.errors import Refused
from base.ids import database_now
from merchants.core.roles import Action, allowed
from merchants.models import Merchant
from payments.core.hours import STEP, bars
from payments.queries.sales import (
    ShopDay,
    by_hour,
    figures_of,
    last_day_before,
    shop_with_sales,
    sold_on,
    today_of,
    zones_of,
)
from payments.web.payment_row import PaymentRow
from payments.web.signed_in import SignedIn

PAGE_SIZE = 50
ONE_DAY = timedelta(days=1)


@login_required
@require_safe
def sales(request: SignedIn, merchant_id: UUID) -> HttpResponse:
    merchant, role = shop_with_sales(request.user, merchant_id)
    zones = zones_of(merchant)
    today = today_of(zones, database_now())
    day = _asked_day(request.GET.get("day"), today)
    shop_day = ShopDay(merchant, day, zones)
    figures = figures_of(shop_day)
    context: dict[str, Any] = desk(merchant, role) | {
        "day": day,
        "today": today,
        "earlier": day - ONE_DAY,
        "later": day + ONE_DAY if day < today else None,
        "figures": figures,
    }
    if figures.payments:
        page = Paginator(sold_on(shop_day), PAGE_SIZE).get_page(request.GET.get("page"))
        hours = bars(by_hour(shop_day))
        context |= {
            "page": page,
            "rows": [PaymentRow(payment, payment.branch) for payment in page],
            "bars": hours,
            "width": len(hours) * STEP,
        }
    else:
        context["last_day"] = last_day_before(merchant, day)
    return render(request, "payments/sales.html", context)


def desk(merchant: Merchant, role: str) -> dict[str, Any]:
    """What the frame of a shop's desk asks for: the places this role may go to."""
    return {
        "shop": merchant,
        "currency": merchant.currency,
        "manages": allowed(role, Action.MANAGE_SHOP),
        "manages_staff": allowed(role, Action.MANAGE_STAFF),
        "pays_out": allowed(role, Action.PAY_OUT),
        "sees_payouts": allowed(role, Action.SEE_PAYOUTS),
    }


def _asked_day(text: str | None, today: date) -> date:
    """The day of the address, today without one. Refused day_invalid (400) for what is no day of the past."""
    if not text:
        return today
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.max
    if not date(2000, 1, 1) <= day <= today:
        raise Refused("day_invalid", "Choose a day up to today, such as 2026-11-22.")
    return day
