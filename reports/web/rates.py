"""Sales by rate and category, and the figures for a tax form; no figure is made anew here."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from reports.core.returns import CategorySum, Figure, ReturnFigures
from reports.queries.books import month_figures
from reports.queries.returns import return_of, sold_by_category
from reports.web.picker import open_desk
from reports.web.sheet import month_sheet
from reports.web.signed_in import SignedIn
from taxes.core.rates import ZERO_REASONS, rate_label
from taxes.queries import CATEGORIES


@dataclass(frozen=True, slots=True)
class SumRow:
    """One sum in words. account: the key of the ledger account that holds its tax, "" where there is none."""

    label: str
    category: str
    account: str
    part: CategorySum


@dataclass(frozen=True, slots=True)
class LineRow:
    """One line of a form. differs_minor: the form's own tax less the receipts', where it has its own."""

    figure: Figure
    parts: list[SumRow]
    differs_minor: int


@dataclass(frozen=True, slots=True)
class FormSheet:
    """One form's lines, and what it has no line for."""

    figures: ReturnFigures
    lines: list[LineRow]
    left_out: list[SumRow]


@require_safe
@login_required
def rates(request: SignedIn, merchant_id: UUID) -> HttpResponse:
    desk = open_desk(request, merchant_id)
    sheet = month_sheet(month_figures(desk.merchant, desk.period), desk.merchant.currency)
    sums = [sum_row(part) for part in sold_by_category(desk.merchant, desk.period)]
    return render(request, "reports/rates.html", desk.context("rates", sheet=sheet, sums=sums))


@require_safe
@login_required
def vat(request: SignedIn, merchant_id: UUID) -> HttpResponse:
    desk = open_desk(request, merchant_id)
    told = return_of(desk.merchant, desk.period)
    context = desk.context(
        "vat",
        forms=[form_sheet(figures) for figures in told.figures],
        sums=[sum_row(part) for part in told.sums],
        unlike=told.unlike,
        differences=told.differences,
    )
    return render(request, "reports/vat.html", context)


def sum_row(part: CategorySum) -> SumRow:
    """A sum with its words and the account that its tax is booked on."""
    if not part.tax:
        return SumRow(ZERO_REASONS[part.zero_reason], _category(part.category), "", part)
    account = f"{part.currency}:tax:{part.place}:{part.tax}:{part.rate}"
    label = f"{part.tax} {rate_label(Decimal(part.rate))}"
    return SumRow(label, _category(part.category), account, part)


def form_sheet(figures: ReturnFigures) -> FormSheet:
    lines = [
        LineRow(
            line,
            [sum_row(part) for part in line.parts],
            (line.tax_minor or 0) - line.booked_minor if line.line.tax_rate is not None else 0,
        )
        for line in figures.lines
    ]
    return FormSheet(figures, lines, [sum_row(part) for part in figures.left_out])


def _category(code: str) -> str:
    return CATEGORIES.get(code, code)
