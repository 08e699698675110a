"""A workbook (XLSX) with a sheet a report: summary, sales by rate, days, transactions.

Numbers are numbers with the currency's decimals, days and instants (UTC) are dates, identifiers are text, and
totals are values. Promise: no cell is ever a formula or a link, and equal input gives equal bytes: the file
says when its period ended, not when it was made. A sheet that is full goes on in the next one.
"""

import hashlib
import tempfile
from dataclasses import dataclass
from typing import IO

import xlsxwriter  # type: ignore[import-untyped]
from xlsxwriter.exceptions import FileCreateError  # type: ignore[import-untyped]

from reports.formats.base import TRANSACTIONS, Source, Written
from reports.formats.data_package import Kind, Table, data_package
from reports.formats.sheets import (
    Styles,
    write_days,
    write_rates,
    write_summary,
    write_transactions,
)

XLSX = Kind("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
READ_AT_ONCE = 1 << 20
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


@dataclass(frozen=True, slots=True)
class Workbook:
    """The format; it has no options."""

    label: str = "Workbook, XLSX"
    group: str = TRANSACTIONS
    file_stem: str = "books"
    ending: str = ".xlsx"
    media_type: str = XLSX.media_type

    def write(self, source: Source, out: IO[bytes]) -> Written:
        """The summary stands first and is written last, when the digest of the rows is known."""
        with tempfile.TemporaryDirectory(dir=source.folder, suffix=".part") as scratch:
            book = xlsxwriter.Workbook(out, OPTIONS | {"tmpdir": scratch})
            try:
                book.use_zip64()
                # Without a zone: the writer takes the clock's digits as they are.
                book.set_properties({"created": source.about.period.ends_at.replace(tzinfo=None)})
                styles = Styles(book)
                summary = book.add_worksheet("Summary")
                write_rates(book.add_worksheet("Sales by rate"), styles, source)
                write_days(book.add_worksheet("Daily"), styles, source)
                rows = write_transactions(book, styles, source)
                write_summary(summary, styles, source)
                book.close()
            except FileCreateError as error:
                # The writer wraps what the disk said: it is said on as it was.
                raise OSError(*error.args) from error
        return _hashed(out, rows)

    def describe(self, file_name: str, written: Written, source: Source) -> bytes:
        return data_package(Table("books", XLSX), file_name, written, source)


def _hashed(out: IO[bytes], rows: int) -> Written:
    """A ZIP file is written back and forth, so it is read again for its hash."""
    out.flush()
    out.seek(0)
    digest, size = hashlib.sha256(), 0
    while part := out.read(READ_AT_ONCE):
        digest.update(part)
        size += len(part)
    return Written(rows, size, digest.hexdigest())
