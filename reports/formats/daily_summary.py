"""What was sold day by day: a line a local day, place, currency and tax, as a shop writes into its books.

CSV as the transactions are (RFC 4180). A day is a day by the clock of the place of sale. Promise: the columns
of amounts add up to the period's ledger, for they are sums of the very rows that the transactions list.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import IO

from reports.core.days import DayRow, by_day
from reports.formats.base import SUMMARIES, Column, Source, Written
from reports.formats.data_package import CSV, Table, data_package
from reports.formats.hashed import Hashed
from wallets.core.money import exponent, format_minor

ROWS_A_WRITE = 1000
COLUMNS = (
    Column("local_date", "date", True, "The day at the place of sale"),
    Column("time_zone", "string", True, "The place's IANA time zone"),
    Column("tax_country", "string", True, "ISO 3166-1 country whose tax applies: the place of sale's"),
    Column("tax_region", "string", False, "ISO 3166-2 region, where tax is regional"),
    Column("currency", "string", True, "ISO 4217 code of the amounts"),
    Column("minor_units", "integer", True, "Decimals of the currency (ISO 4217)"),
    Column("tax", "string", False, "Name of the tax; empty where none is due"),
    Column("tax_rate", "number", False, "Percent, four decimals"),
    Column("zero_reason", "string", False, "Why no tax is due: filled exactly where tax is empty"),
    Column("sales", "integer", True, "Number of sales, each counted once: where its first line is"),
    Column("net", "number", True, "Sales without tax, before refunds"),
    Column("tax_amount", "number", True, "Tax of the sales"),
    Column("gross", "number", True, "net + tax_amount"),
    Column("refunds_net", "number", True, "Refunds of this day without tax, negative"),
    Column("refunds_tax", "number", True, "Tax given back, negative"),
    Column("refunds_gross", "number", True, "refunds_net + refunds_tax"),
    Column("tips", "number", True, "Tips, less those given back"),
    Column("fees", "number", True, "Payment fees, negative, less those given back"),
    Column("splits", "number", True, "Partners' parts of sales, negative"),
    Column("shares", "number", True, "Parts got of partners' sales"),
    Column("payouts", "number", True, "Paid out to the bank, negative; what came back, positive"),
)
KEY = ("local_date", "time_zone", "tax_country", "tax_region", "currency", "tax", "tax_rate", "zero_reason")


@dataclass(frozen=True, slots=True)
class DailySummary:
    """The format; it has no options."""

    label: str = "Daily summary, CSV"
    group: str = SUMMARIES
    file_stem: str = "daily"
    ending: str = ".csv"
    media_type: str = "text/csv; charset=utf-8; header=present"

    def write(self, source: Source, out: IO[bytes]) -> Written:
        file, rows, found = Hashed(out), 0, by_day(source.days())
        file.write(_text(iter([[column.name for column in COLUMNS]])))
        while block := list(islice(found, ROWS_A_WRITE)):
            file.write(_text(_cells(row) for row in block))
            rows += len(block)
        return file.written(rows)

    def describe(self, file_name: str, written: Written, source: Source) -> bytes:
        return data_package(Table("daily", CSV, COLUMNS, KEY), file_name, written, source)


def amounts(row: DayRow) -> tuple[int, ...]:
    """The amounts in minor units in the order of the columns, from net on."""
    return (
        row.net_minor, row.tax_minor, row.gross_minor,
        row.refunds_net_minor, row.refunds_tax_minor, row.refunds_gross_minor,
        row.tips_minor, row.fees_minor, row.splits_minor, row.shares_minor, row.payouts_minor,
    )  # fmt: skip


def place_cells(place: str) -> tuple[str, str]:
    """Country and region of a place: ("DE", ""), ("US", "US-TX")."""
    return place[:2], place if len(place) > 2 else ""


def _cells(row: DayRow) -> list[str]:
    return [
        row.day.isoformat(), row.time_zone, *place_cells(row.place), row.currency,
        str(exponent(row.currency)), row.tax, row.rate, row.zero_reason, str(row.sales),
        *(format_minor(minor, row.currency) for minor in amounts(row)),
    ]  # fmt: skip


def _text(rows: Iterator[list[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()
