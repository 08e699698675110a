"""A month's figures as the desk shows them: sorted, labelled and added up; no figure is made anew here."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from reports.core.totals import COLUMNS, REFUND_KINDS, TRADE_KINDS, Sum
from reports.formats import FORMATS
from reports.formats.base import EXCEPTIONS
from reports.models import Export
from reports.queries.books import MonthFigures
from taxes.core.rates import ZERO_REASONS, rate_label

PILLS = {
    Export.State.QUEUED: "info",
    Export.State.BUILDING: "info",
    Export.State.READY: "paid",
    Export.State.FAILED: "danger",
}


@dataclass(frozen=True, slots=True)
class RateRow:
    """One tax at one place and rate. Refunds are negative and are taken off in net, tax and gross."""

    label: str
    place: str
    sold_minor: int
    refunded_minor: int
    net_minor: int
    tax_minor: int
    gross_minor: int


@dataclass(frozen=True, slots=True)
class CurrencySheet:
    """One currency of a month, minor units, as the merchant sees them: what it gives is negative."""

    currency: str
    rates: list[RateRow]
    sales: RateRow
    tips_minor: int
    fees_minor: int
    split_minor: int
    paid_out_minor: int
    due_minor: int


@dataclass(frozen=True, slots=True)
class MonthSheet:
    """rows: of the export to be made. differences: where rows and ledger disagree."""

    currencies: list[CurrencySheet]
    rows: int
    differences: list[str]


@dataclass(frozen=True, slots=True)
class ExportRow:
    """An export with what its row says. kind: of file. totals: (column, minor units, currency)."""

    export: Export
    label: str
    kind: str
    percent: int
    pill: str
    totals: list[tuple[str, int, str]]


def month_sheet(figures: MonthFigures, currency: str) -> MonthSheet:
    """currency: the shop's own, shown also when nothing was sold."""
    currencies = sorted({part.currency for part in figures.sums} or {currency})
    sheets = [_sheet(code, [s for s in figures.sums if s.currency == code], figures) for code in currencies]
    return MonthSheet(sheets, figures.totals.rows, figures.differences)


def export_rows(exports: Iterable[Export]) -> list[ExportRow]:
    return [_export_row(export) for export in exports]


def _export_row(export: Export) -> ExportRow:
    made = FORMATS[export.name]
    return ExportRow(
        export,
        made.label,
        made.ending.removeprefix(".").upper(),
        100 * export.rows // export.rows_total if export.rows_total else 0,
        PILLS[Export.State(export.state)],
        _totals(export),
    )


def _sheet(currency: str, sums: list[Sum], figures: MonthFigures) -> CurrencySheet:
    sold = [part for part in sums if part.kind in TRADE_KINDS]
    keys = {(part.place, part.tax, part.rate, part.zero_reason): None for part in sorted(sold, key=_order)}
    rates = [
        _row(tax_label(*key[1:]), key[0], [s for s in sold if (s.place, s.tax, s.rate, s.zero_reason) == key])
        for key in keys
    ]
    columns = figures.totals.columns
    return CurrencySheet(
        currency=currency,
        rates=rates,
        sales=_row("", "", sold),
        tips_minor=columns["tip"].get(currency, 0),
        fees_minor=columns["fee"].get(currency, 0),
        split_minor=columns.get("split", {}).get(currency, 0),
        paid_out_minor=columns.get("payout", {}).get(currency, 0),
        due_minor=columns["gross"].get(currency, 0) - columns.get("payout", {}).get(currency, 0),
    )


def _order(part: Sum) -> tuple[str, bool, str, Decimal]:
    """By place; the untaxed last; the highest rate of a tax first."""
    return part.place, not part.tax, part.tax, -Decimal(part.rate or 0)


def _row(label: str, place: str, parts: list[Sum]) -> RateRow:
    refunded = sum(part.gross_minor for part in parts if part.kind in REFUND_KINDS)
    gross = sum(part.gross_minor for part in parts)
    tax = sum(part.tax_minor for part in parts)
    return RateRow(label, place, gross - refunded, refunded, gross - tax, tax, gross)


def tax_label(tax: str, rate: str, zero_reason: str = "") -> str:
    """ "VAT 19 %"; of what carries no tax, why."""
    return f"{tax} {rate_label(Decimal(rate))}" if tax else ZERO_REASONS[zero_reason]


def _totals(export: Export) -> list[tuple[str, int, str]]:
    """None beside a list of exceptions: what is kept are the totals of the period, not of its lines."""
    if FORMATS[export.name].group == EXCEPTIONS:
        return []
    return [
        (column, minor, currency)
        for column in COLUMNS
        for currency, minor in export.totals.get(column, {}).items()
    ]
