"""Sealed periods of one client: the list, a close with its figures, and each period's own paper.

Who may export sees them; owners and accountants close, file, and open again by two. All else is 404.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from base.core.errors import Refused
from base.ids import database_now
from merchants.models import Merchant
from reports.core.periods import parse_period
from reports.core.seals import check_next, check_settled, next_periods
from reports.core.totals import COLUMNS
from reports.flows.agree_reopening import agree_reopening, withdraw_reopening
from reports.flows.ask_reopening import ask_reopening
from reports.flows.close_period import close_period
from reports.flows.file_period import file_period
from reports.flows.make_sealed_files import make_sealed_files
from reports.models import BooksClosing
from reports.queries import seals
from reports.queries.books import MonthFigures, client_for
from reports.web.nav import frame
from reports.web.seal_forms import FilingForm, ReopeningForm
from reports.web.sheet import export_rows, month_sheet, tax_label
from reports.web.signed_in import SignedIn

KEPT = {
    "tip": _("Tips"), "fee": _("Fees"), "split": _("Partners' parts"), "payout": _("Paid out to the bank"),
}  # fmt: skip


@require_safe
@login_required
def periods(request: SignedIn, merchant_id: UUID) -> HttpResponse:
    merchant = client_for(request.user.pk, merchant_id)
    rows = seals.periods_of(merchant)
    zone, last_end = seals.books_zone(merchant), rows[0].row.ends_at if rows else None
    page = _frame(request, merchant) | {
        "rows": rows,
        "zone": zone,
        "open_again": [each.row for each in rows if each.row.state == "reopened"],
        "choices": next_periods(last_end=last_end, now=database_now(), time_zone=zone),
        "coming": seals.changes_so_far(merchant, last_end) if last_end else [],
    }
    return render(request, "reports/periods.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def close(request: SignedIn, merchant_id: UUID) -> HttpResponse:
    """Asked first, with the figures and what will be refused; then closed, with just what was seen."""
    merchant = seals.closer_for(request.user.pk, merchant_id)
    label = request.POST.get("period", "") or request.GET.get("period", "")
    no: Refused | None = None
    if request.method == "POST":
        try:
            made = close_period(
                actor_id=request.user.pk,
                merchant_id=merchant.pk,
                period=label,
                journals=_count(request.POST.get("journals", "")),
            )
        except Refused as refused:
            if refused.status != 409:
                raise
            no = refused
        else:
            messages.success(request, f"{made.label} is closed. Its files are being made.")
            return redirect("reports:period", merchant.pk, made.pk)
    page = _frame(request, merchant) | _to_close(merchant, label, no)
    return render(request, "reports/period_close.html", page, status=409 if no else 200)


@require_safe
@login_required
def period(request: SignedIn, merchant_id: UUID, period_id: UUID) -> HttpResponse:
    return _show(request, merchant_id, period_id)


@require_POST
@login_required
def filed(request: SignedIn, merchant_id: UUID, period_id: UUID) -> HttpResponse:
    form = FilingForm(request.POST)
    return _act(request, merchant_id, period_id, form, file_period, "Noted as filed.", filing=form)


@require_POST
@login_required
def reopen(request: SignedIn, merchant_id: UUID, period_id: UUID) -> HttpResponse:
    form, said = ReopeningForm(request.POST), "Asked. Another person has to agree; the owners got a mail."
    return _act(request, merchant_id, period_id, form, ask_reopening, said, reopening=form)


@require_POST
@login_required
def agree(request: SignedIn, merchant_id: UUID, period_id: UUID) -> HttpResponse:
    said = "It is open again. Close it when what was missing is booked."
    return _act(request, merchant_id, period_id, forms.Form(request.POST), agree_reopening, said)


@require_POST
@login_required
def withdraw(request: SignedIn, merchant_id: UUID, period_id: UUID) -> HttpResponse:
    said = "The request is over. The period stays closed."
    return _act(request, merchant_id, period_id, forms.Form(request.POST), withdraw_reopening, said)


@require_POST
@login_required
def files(request: SignedIn, merchant_id: UUID, period_id: UUID) -> HttpResponse:
    said = "The missing files are being made."
    return _act(request, merchant_id, period_id, forms.Form(request.POST), make_sealed_files, said)


def _frame(request: SignedIn, merchant: Merchant) -> dict[str, Any]:
    return frame(request, merchant, "periods") | {"may_close": seals.may_close(request.user.pk, merchant)}


def _count(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() else None


def _to_close(merchant: Merchant, label: str, no: Refused | None) -> dict[str, Any]:
    """What would be closed, as the page says it before the yes. no: why it was just refused."""
    known = next((each.row for each in seals.periods_of(merchant) if each.row.label == label), None)
    asked = seals.as_period(known) if known else parse_period(label, seals.books_zone(merchant))
    figures, last = seals.figures_of(merchant, asked), seals.last_period(merchant)
    try:
        if known is None:
            check_next(asked, last_end=last.ends_at if last else None, now=database_now())
        check_settled(seals.waiting_for(merchant, asked))
    except Refused as refused:
        no = no or refused
    sheet = month_sheet(MonthFigures(figures.sums, figures.totals, figures.differences), merchant.currency)
    return {
        "period": asked,
        # The links to other pages lead to this period's.
        "picker": {"query": "?" + urlencode({"period": asked.label})},
        "again": known,
        "left_open_since": seals.trade_before(merchant, asked) if last is None else None,
        "sheet": sheet,
        "journals": figures.ledger.journals,
        "ledger": figures.ledger,
        "changes": seals.changes_to_come(merchant, asked),
        "no": no,
        # The rest is over in a moment: then the same page closes.
        "closable": no is None or no.code in {"books_changed", "period_not_settled", "still_working"},
    }


def _show(
    request: SignedIn, merchant_id: UUID, period_id: UUID, status: int = 200, **given: forms.Form
) -> HttpResponse:
    found = seals.period_for(request.user.pk, merchant_id, period_id)
    merchant = found.row.merchant
    rows = export_rows(seals.files_of(found.row))
    page = _frame(request, merchant) | {
        "found": found,
        "closings": [(closing, _kept(closing), _columns(closing)) for closing in found.closings],
        "period": found.row,
        "calendar": seals.as_period(found.row),
        "files": rows,
        "under_way": any(row.export.under_way for row in rows),
        "failed": any(row.export.state == "failed" for row in rows),
        "exceptions": seals.exceptions_of(found.row),
        "mine": found.asked is not None and found.asked.asked_by_id == request.user.pk,
        "asked_is_old": found.asked is not None and found.asked.expires_at <= database_now(),
        "filing": FilingForm(),
        "reopening": ReopeningForm(),
    }
    return render(request, "reports/period.html", page | given, status=status)


def _kept(closing: BooksClosing) -> list[tuple[Any, int, str]]:
    """(what, minor units, currency): the tax by rate, and what else was kept of the period."""
    taxes = [
        (f"{tax_label(tax, rate)}, {place}", minor, code) for code, place, tax, rate, minor in closing.taxes
    ]
    rest = [
        (words, minor, code)
        for column, words in KEPT.items()
        for code, minor in closing.totals.get(column, {}).items()
    ]
    return [*taxes, *rest]


def _columns(closing: BooksClosing) -> list[tuple[str, int, str]]:
    """(column of the transactions file, its sum in minor units, currency)."""
    kept = closing.totals
    return [(name, minor, code) for name in COLUMNS for code, minor in kept.get(name, {}).items()]


def _act(
    request: SignedIn,
    merchant_id: UUID,
    period_id: UUID,
    form: forms.Form,
    flow: Callable[..., object],
    said: str,
    **shown: forms.Form,
) -> HttpResponse:
    """Do it with the form's data; a no that the form can mend is shown in it."""
    seals.closer_for(request.user.pk, merchant_id)
    if form.is_valid():
        try:
            flow(actor_id=request.user.pk, merchant_id=merchant_id, period_id=period_id, **form.cleaned_data)
        except Refused as no:
            if not shown or no.status in {403, 404}:
                raise
            field = no.facts.get("field")
            form.add_error(field if field in form.fields else None, no.message)
        else:
            messages.success(request, said)
            return redirect("reports:period", merchant_id, period_id)
    return _show(request, merchant_id, period_id, 409, **shown)
