"""One client's exports: what is asked for, how far it is, and the files that are there.

The page adds nothing up, so it may look again every few seconds whatever the period holds.
"""

from urllib.parse import urlencode
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from reports.core.periods import parse_period
from reports.flows.request_export import request_export
from reports.queries.books import client_for, exports_of, zone_of
from reports.web.nav import frame
from reports.web.sheet import export_rows
from reports.web.signed_in import SignedIn


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def exports(request: SignedIn, merchant_id: UUID) -> HttpResponse:
    merchant = client_for(request.user.pk, merchant_id)
    if request.method == "POST":
        asked = request.POST.get("period") or request.POST.get("month", "")
        period = parse_period(asked, zone_of(merchant)).label
        request_export(
            actor_id=request.user.pk,
            merchant_id=merchant.pk,
            name=request.POST.get("format", ""),
            period=period,
        )
        return redirect(f"{reverse('reports:exports', args=[merchant.pk])}?{urlencode({'period': period})}")
    found = exports_of(merchant)
    under_way = any(export.under_way for export in found)
    page = frame(request, merchant, "exports") | {"exports": export_rows(found), "under_way": under_way}
    return render(request, "reports/exports.html", page)
