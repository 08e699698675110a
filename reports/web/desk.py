"""The accountant's pages: the clients, and one client's month with its figures and exports."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from base.ids import database_now
from reports.core.periods import months_back, parse_period
from reports.flows.request_export import request_export
from reports.formats import FORMATS
from reports.queries.books import client_for, clients_of, exports_of, month_figures, month_to_show, zone_of
from reports.web.sheet import export_rows, month_sheet
from reports.web.signed_in import SignedIn

MONTHS_OFFERED = 24


@require_safe
@login_required
def home(request: SignedIn) -> HttpResponse:
    return render(request, "reports/home.html", {"clients": clients_of(request.user.pk)})


@require_safe
@login_required
def books(request: SignedIn, merchant_id: UUID) -> HttpResponse:
    merchant = client_for(request.user.pk, merchant_id)
    zone, now = zone_of(merchant), database_now()
    asked = request.GET.get("month")
    period = parse_period(asked, zone) if asked else month_to_show(merchant, now, zone)
    exports = exports_of(merchant)
    page = {
        "merchant": merchant,
        "period": period,
        "running": period.starts_at <= now < period.ends_at,
        "months": list(months_back(now, zone, MONTHS_OFFERED)),
        "sheet": month_sheet(month_figures(merchant, period), merchant.currency),
        "exports": export_rows(exports),
        "under_way": any(export.under_way for export in exports),
        "formats": [(name, form.label) for name, form in FORMATS.items()],
    }
    return render(request, "reports/books.html", page)


@require_POST
@login_required
def ask(request: SignedIn, merchant_id: UUID) -> HttpResponse:
    merchant = client_for(request.user.pk, merchant_id)
    period = parse_period(request.POST.get("month", ""), zone_of(merchant))
    request_export(
        actor_id=request.user.pk,
        merchant_id=merchant.pk,
        name=request.POST.get("format", ""),
        period=period.label,
    )
    address = reverse("reports:books", args=[merchant.pk])
    return redirect(f"{address}?{urlencode({'month': period.label})}#exports")
