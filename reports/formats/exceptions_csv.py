"""The exceptions of closed periods: which journals change what an earlier closing said, a line each.

CSV as the transactions are (RFC 4180). A list is only ever added to, and each journal is in one for ever.
Promise: these are the lines of the page of a closed period; of a longer period, of all closed ones in it.
"""

import csv
import io
from collections import Counter
from dataclasses import dataclass
from datetime import UTC
from typing import IO

from reports.core.seals import ListedChange
from reports.formats.base import EXCEPTIONS, Column, Source, Written
from reports.formats.data_package import CSV, Table, data_package
from reports.formats.hashed import Hashed
from wallets.core.money import exponent, format_minor

COLUMNS = (
    Column("period", "string", True, "The closed period that lists it, and in which it happened"),
    Column("closing", "integer", True, "Which closing of that period, from 1"),
    Column("changes_period", "string", True, "The earlier closed period whose figures it changes"),
    Column("journal_id", "string", True, "Id of the journal, as in the transactions"),
    Column("kind", "string", True, "What it is: refund, correction, sale, payout, ..."),
    Column("payment_id", "string", False, "The payment that it belongs to"),
    Column("happened_at", "datetime", True, "When (UTC)"),
    Column("currency", "string", True, "ISO 4217 code of the amounts"),
    Column("minor_units", "integer", True, "Decimals of the currency (ISO 4217)"),
    Column("amount", "number", True, "What the business got (negative: gave), tax included"),
    Column("tax_amount", "number", True, "The tax in it"),
)


@dataclass(frozen=True, slots=True)
class ExceptionsCsv:
    """The format; it has no options."""

    label: str = "Exceptions of closed periods, CSV"
    group: str = EXCEPTIONS
    file_stem: str = "exceptions"
    ending: str = ".csv"
    media_type: str = "text/csv; charset=utf-8; header=present"

    def write(self, source: Source, out: IO[bytes]) -> Written:
        file, rows = Hashed(out), 0
        file.write(_text([column.name for column in COLUMNS]))
        for change in source.changes():
            file.write(_text(_cells(change)))
            rows += 1
        return file.written(rows)

    def describe(self, file_name: str, written: Written, source: Source) -> bytes:
        """The totals are of these lines, not of the period: they are read once more, in the same snapshot."""
        amounts, taxes = Counter[str](), Counter[str]()
        for change in source.changes():
            amounts[change.currency] += change.amount_minor
            taxes[change.currency] += change.tax_minor
        table = Table("exceptions", CSV, COLUMNS, ("journal_id",))
        totals = {"amount": amounts, "tax_amount": taxes}
        return data_package(table, file_name, written, source, totals=totals)


def _cells(change: ListedChange) -> list[str]:
    return [
        change.period, str(change.closing), change.concerns, str(change.journal), change.kind,
        str(change.payment or ""), change.happened_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        change.currency, str(exponent(change.currency)),
        format_minor(change.amount_minor, change.currency), format_minor(change.tax_minor, change.currency),
    ]  # fmt: skip


def _text(row: list[str]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerow(row)
    return text.getvalue().encode()
