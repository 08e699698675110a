"""The accountant's pages: the clients, one client's overview, and the books' settings."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.dates import MONTHS
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from base.core.errors import Refused
from reports.flows.set_fiscal_year import set_fiscal_year
from reports.formats import FORMATS
from reports.queries.books import clients_of, month_figures
from reports.queries.clock import begins_of
from reports.web.picker import open_desk
from reports.web.sheet import month_sheet
from reports.web.signed_in import SignedIn

# Beyond, the page advises against a workbook: most programs that open one cannot hold it.
ROWS_OF_A_BOOK = 500_000


@require_safe
@login_required
def home(request: SignedIn) -> HttpResponse:
    return render(request, "reports/home.html", {"clients": clients_of(request.user.pk)})


@require_safe
@login_required
def books(request: SignedIn, merchant_id: UUID) -> HttpResponse:
    desk = open_desk(request, merchant_id)
    sheet = month_sheet(month_figures(desk.merchant, desk.period), desk.merchant.currency)
    page = desk.context(
        "books",
        sheet=sheet,
        many=sheet.rows > ROWS_OF_A_BOOK,
        formats=[(name, form.label) for name, form in FORMATS.items()],
    )
    return render(request, "reports/books.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def settings(request: SignedIn, merchant_id: UUID) -> HttpResponse:
    """When the fiscal year begins."""
    desk = open_desk(request, merchant_id)
    month, day = begins_of(desk.merchant)
    problem = ""
    if request.method == "POST":
        month, day = _number(request, "month"), _number(request, "day")
        try:
            set_fiscal_year(actor_id=request.user.pk, merchant_id=merchant_id, month=month, day=day)
        except Refused as no:
            problem = no.message
        else:
            messages.success(request, gettext("Saved. The fiscal year begins on that day from now on."))
            return redirect("reports:settings", merchant_id)
    context = desk.context("settings", month=month, day=day, months=MONTHS.items(), problem=problem)
    return render(request, "reports/settings.html", context, status=400 if problem else 200)


def _number(request: SignedIn, name: str) -> int:
    text = request.POST.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 3 else 0
