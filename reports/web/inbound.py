"""The operator's page of payments between countries: a period's figures by direction, and the CSV of them."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from base.ids import database_now
from merchants.queries import operator_for
from reports.core.periods import back_from, before, parse_period, quarter_of
from reports.flows.request_platform_export import request_platform_export
from reports.formats import PLATFORM_FORMATS
from reports.queries.platform import (
    TIME_ZONE,
    directions_for,
    platform_export_for,
    platform_exports_for,
)
from reports.web.downloads import hand_out
from reports.web.signed_in import SignedIn

NAME = "inbound_report"
QUARTERS_OFFERED = 12


@login_required
@require_safe
def inbound(request: SignedIn) -> HttpResponse:
    operator_for(request.user)
    now = database_now()
    current = quarter_of(now, TIME_ZONE)
    asked = request.GET.get("period")
    period = parse_period(asked, TIME_ZONE) if asked else before(current)
    exports = platform_exports_for(request.user)
    page = {
        "here": "inbound",
        "period": period,
        "running": period.starts_at <= now < period.ends_at,
        "quarters": list(back_from(current, QUARTERS_OFFERED)),
        "rows": directions_for(request.user, period),
        "exports": exports,
        "under_way": any(export.under_way for export in exports),
    }
    return render(request, "reports/inbound.html", page)


@login_required
@require_POST
def ask(request: SignedIn) -> HttpResponse:
    export = request_platform_export(
        actor_id=request.user.pk, name=NAME, period=request.POST.get("period", "")
    )
    return redirect(f"{reverse('reports:inbound')}?{urlencode({'period': export.period})}#exports")


@login_required
@require_safe
def data(request: SignedIn, export_id: UUID) -> FileResponse:
    export = platform_export_for(request.user, export_id)
    return hand_out(export, PLATFORM_FORMATS[export.name])


@login_required
@require_safe
def package(request: SignedIn, export_id: UUID) -> FileResponse:
    return hand_out(platform_export_for(request.user, export_id), None)
