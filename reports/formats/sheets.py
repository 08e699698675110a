"""The sheets of the workbook, each filled from top to bottom and never held in memory.

Promise: a cell is written as what it is (number, date, text, yes or no), never by guessing from its text. The
sheets of transactions get their heads and totals here; their rows are put between by `workbook`.
"""

import re
from datetime import date
from typing import Any

from reports.core.days import by_day
from reports.core.totals import COLUMNS as TOTALS
from reports.core.totals import REFUND_KINDS, TRADE_KINDS, Sum
from reports.formats.base import Column, Source
from reports.formats.daily_summary import COLUMNS as DAY_COLUMNS
from reports.formats.daily_summary import amounts, place_cells
from reports.formats.data_package import SCHEMA_VERSION
from reports.formats.row_sheet import MONEY, RowWriter, serial
from reports.formats.transactions import COLUMNS
from wallets.core.currencies import CURRENCIES
from wallets.core.money import exponent

SHEET_ROWS = 1_048_576  # of the file format
WIDTHS = {"string": 18, "number": 14, "integer": 12, "boolean": 10, "date": 12, "datetime": 20}
RATE_COLUMNS = (
    Column("tax_country", "string", True, ""), Column("tax_region", "string", False, ""),
    Column("currency", "string", True, ""), Column("tax", "string", False, ""),
    Column("tax_rate", "number", False, ""), Column("zero_reason", "string", False, ""),
    Column("sold_gross", "number", True, ""), Column("refunded_gross", "number", True, ""),
    Column("net", "number", True, ""), Column("tax_amount", "number", True, ""),
    Column("gross", "number", True, ""),
)  # fmt: skip
# Stands where the digest is to come, which is known when all rows have passed.
NO_DIGEST = "sha256-of-the-rows".ljust(64, "-")
# As in the rows' cells: line breaks and other control signs, and those that turn the direction of writing.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_FORMULA = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20]")
_AT = {column.name: number for number, column in enumerate(COLUMNS)}


class Styles:
    """The formats of cells: money by its decimals, dates, instants, heads and totals."""

    def __init__(self, book: Any) -> None:
        self.head = book.add_format({"bold": True, "bottom": 1})
        self.day = book.add_format({"num_format": "yyyy-mm-dd"})
        self.instant = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self.rate = book.add_format({"num_format": "0.0000"})
        self.total = book.add_format({"bold": True, "top": 1})
        digits = sorted({currency.exponent for currency in CURRENCIES.values()})
        signs = {places: "#,##0" + ("." + "0" * places if places else "") for places in digits}
        self.money = {places: book.add_format({"num_format": sign}) for places, sign in signs.items()}
        self.sum = {
            places: book.add_format({"num_format": sign, "bold": True, "top": 1})
            for places, sign in signs.items()
        }

    def row_writer(self) -> RowWriter:
        """Of the rows that XlsxWriter does not write; to be asked for before the book is closed."""
        money = {places: style._get_xf_index() for places, style in self.money.items()}
        return RowWriter(money, self.day._get_xf_index(), self.instant._get_xf_index())


def write_summary(sheet: Any, styles: Styles, source: Source) -> None:
    """What this is, whose, when, and what the ledger says."""
    about = source.about
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 40)
    facts = [
        ("What", "Books of one period, equal to the ledger"),
        ("Merchant", about.legal_name), ("Country", about.country), ("Period", about.period.label),
        ("First day", about.period.first_day), ("Last day", about.period.last_day),
        ("Time zone", about.period.time_zone), ("Rows", source.totals.rows),
        ("SHA-256 of the rows", NO_DIGEST), ("Version of the rate table", about.rate_table),
        ("Version of the schema", SCHEMA_VERSION),
    ]  # fmt: skip
    for row, (name, value) in enumerate(facts):
        sheet.write_string(row, 0, name, styles.head if not row else None)
        if isinstance(value, date):
            sheet.write_number(row, 1, serial(value), styles.day)
        elif isinstance(value, int):
            sheet.write_number(row, 1, value)
        else:
            sheet.write_string(row, 1, _plain(str(value)))
    row = len(facts) + 1
    for col, name in enumerate(("Total, equal to the ledger", "Currency", "Amount")):
        sheet.write_string(row, col, name, styles.head)
    for column in TOTALS:
        for currency, minor in source.totals.columns.get(column, {}).items():
            row += 1
            sheet.write_string(row, 0, column)
            sheet.write_string(row, 1, currency)
            _money(sheet, row, 2, minor, currency, styles.money)
    sheet.set_column(2, 2, 18)


def write_rates(sheet: Any, styles: Styles, source: Source) -> None:
    """Sales and refunds per place, currency, tax and rate; a line of totals a currency."""
    _begin(sheet, styles, RATE_COLUMNS)
    found: dict[tuple[str, ...], list[Sum]] = {}
    for part in source.sums:
        if part.kind in TRADE_KINDS:
            found.setdefault((part.currency, part.place, part.tax, part.rate, part.zero_reason), []).append(
                part
            )
    row, totals = 0, dict[str, list[int]]()
    for (currency, place, tax, rate, reason), parts in found.items():
        row += 1
        for col, text in enumerate((*place_cells(place), currency, _plain(tax))):
            sheet.write_string(row, col, text)
        if rate:
            sheet.write_number(row, 4, float(rate), styles.rate)
        sheet.write_string(row, 5, reason)
        figures = _rate_figures(parts)
        for col, minor in enumerate(figures, start=6):
            _money(sheet, row, col, minor, currency, styles.money)
        _add(totals, currency, figures)
    _totals(sheet, styles, row, totals, currency_at=2, first=6)


def write_days(sheet: Any, styles: Styles, source: Source) -> None:
    """The daily summary; a line of totals a currency."""
    _begin(sheet, styles, DAY_COLUMNS)
    row, totals, first = 0, dict[str, list[int]](), 10
    for row, day in enumerate(by_day(source.days()), start=1):
        sheet.write_number(row, 0, serial(day.day), styles.day)
        sheet.write_string(row, 1, day.time_zone)
        for col, text in enumerate((*place_cells(day.place), day.currency), start=2):
            sheet.write_string(row, col, text)
        sheet.write_number(row, 5, exponent(day.currency))
        sheet.write_string(row, 6, day.tax)
        if day.rate:
            sheet.write_number(row, 7, float(day.rate), styles.rate)
        sheet.write_string(row, 8, day.zero_reason)
        sheet.write_number(row, 9, day.sales)
        figures = amounts(day)
        for col, minor in enumerate(figures, start=first):
            _money(sheet, row, col, minor, day.currency, styles.money)
        _add(totals, day.currency, figures)
    _totals(sheet, styles, row, totals, currency_at=4, first=first)


def frame_transactions(book: Any, styles: Styles, source: Source) -> int:
    """As many sheets as the rows take, each with its head and room below; totals close the last of them.

    Returns how many rows a sheet has room for.
    """
    columns, room = source.totals.columns, SHEET_ROWS - 1
    totals = {
        currency: [columns[name].get(currency, 0) for name in MONEY] for currency in sorted(columns["net"])
    }
    before, on_last = divmod(source.totals.rows, room)
    if source.totals.rows and not on_last:
        before, on_last = before - 1, room
    if on_last + len(totals) > room:
        before, on_last = before + 1, 0
    for number in range(1, before + 2):
        sheet = book.add_worksheet("Transactions" if number == 1 else f"Transactions {number}")
        _begin(sheet, styles, COLUMNS)
    _totals(sheet, styles, on_last, totals, currency_at=_AT["currency"], first=_AT["net"])
    return room


def _begin(sheet: Any, styles: Styles, columns: tuple[Column, ...]) -> None:
    for col, column in enumerate(columns):
        sheet.set_column(col, col, 40 if column.name.endswith("_id") else WIDTHS[column.type])
        sheet.write_string(0, col, column.name, styles.head)
    sheet.freeze_panes(1, 0)


def _totals(
    sheet: Any, styles: Styles, row: int, totals: dict[str, list[int]], *, currency_at: int, first: int
) -> None:
    for number, (currency, figures) in enumerate(sorted(totals.items()), start=row + 1):
        sheet.write_string(number, 0, f"Total {currency}", styles.total)
        sheet.write_string(number, currency_at, currency, styles.total)
        for col, minor in enumerate(figures, start=first):
            _money(sheet, number, col, minor, currency, styles.sum)


def _money(sheet: Any, row: int, col: int, minor: int, currency: str, known: dict[int, Any]) -> None:
    digits = exponent(currency)
    sheet.write_number(row, col, minor / 10**digits if digits else minor, known[digits])


def _add(totals: dict[str, list[int]], currency: str, figures: tuple[int, ...]) -> None:
    kept = totals.setdefault(currency, [0] * len(figures))
    totals[currency] = [a + b for a, b in zip(kept, figures, strict=True)]


def _rate_figures(parts: list[Sum]) -> tuple[int, ...]:
    gross = sum(part.gross_minor for part in parts)
    refunded = sum(part.gross_minor for part in parts if part.kind in REFUND_KINDS)
    tax = sum(part.tax_minor for part in parts)
    return gross - refunded, refunded, gross - tax, tax, gross


def _plain(text: str) -> str:
    """As the rows' cells are: a sheet may be saved as CSV one day."""
    shown = _CONTROL.sub(" ", text)
    return f"'{shown}" if _FORMULA.match(shown) else shown
