"""A workbook (XLSX) with a sheet a report: summary, sales by rate, days, transactions.

Numbers are numbers with the currency's decimals, days and instants (UTC) are dates, identifiers are text, and
totals are values. Promise: no cell is ever a formula or a link, and equal input gives equal bytes: the file
says when its period ended, not when it was made. A sheet that is full goes on in the next one.

XlsxWriter makes a small book with everything but the rows of transactions; it is copied, and they are put in.
"""

import hashlib
import shutil
import tempfile
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import xlsxwriter  # type: ignore[import-untyped]
from xlsxwriter.exceptions import FileCreateError  # type: ignore[import-untyped]

from reports.formats.base import TRANSACTIONS, Source, Written
from reports.formats.data_package import Kind, Table, data_package
from reports.formats.row_sheet import RowWriter
from reports.formats.sheets import (
    NO_DIGEST,
    Styles,
    frame_transactions,
    write_days,
    write_rates,
    write_summary,
)
from reports.formats.transactions import cells

XLSX = Kind("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
READ_AT_ONCE = 1 << 16
SHEETS = "xl/worksheets/sheet"
SUMMARY = f"{SHEETS}1.xml"
OTHERS = (SUMMARY, f"{SHEETS}2.xml", f"{SHEETS}3.xml")
# Rows whose XML has less than 2 GB whatever stands in them: beyond, sizes need the ZIP format's long fields.
SMALL = 200_000
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
            frame = Path(scratch) / "frame.xlsx"
            writer, room = _write_frame(frame, scratch, source)
            with ZipFile(frame) as made, ZipFile(out, "w", ZIP_DEFLATED) as whole:
                rows = _copy(made, whole, source, writer, room)
                summary = made.read(SUMMARY).decode()
                summary = summary.replace(f"<t>{NO_DIGEST}</t>", f"<t>{source.stream_sha256}</t>")
                whole.writestr(_entry(made.getinfo(SUMMARY)), summary)
        return _hashed(out, rows)

    def describe(self, file_name: str, written: Written, source: Source) -> bytes:
        return data_package(Table("books", XLSX), file_name, written, source)


def _write_frame(path: Path, scratch: str, source: Source) -> tuple[RowWriter, int]:
    """The book without its transactions; who writes them, and how many rows a sheet has room for."""
    book = xlsxwriter.Workbook(path, OPTIONS | {"tmpdir": scratch})
    # Without a zone: the writer takes the clock's digits as they are.
    book.set_properties({"created": source.about.period.ends_at.replace(tzinfo=None)})
    styles = Styles(book)
    write_summary(book.add_worksheet("Summary"), styles, source)
    write_rates(book.add_worksheet("Sales by rate"), styles, source)
    write_days(book.add_worksheet("Daily"), styles, source)
    room = frame_transactions(book, styles, source)
    writer = styles.row_writer()
    try:
        book.close()
    except FileCreateError as error:
        # The writer wraps what the disk said: it is said on as it was.
        raise OSError(*error.args) from error
    return writer, room


def _copy(made: ZipFile, whole: ZipFile, source: Source, writer: RowWriter, room: int) -> int:
    """Every part but the summary, in its order, with the rows behind the heads of their sheets; how many."""
    count, rows, large = 0, cells(source.rows()), source.totals.rows > SMALL
    for part in made.infolist():
        if part.filename == SUMMARY:
            continue
        takes_rows = part.filename.startswith(SHEETS) and part.filename not in OTHERS
        with (
            made.open(part) as read,
            whole.open(_entry(part), "w", force_zip64=takes_rows and large) as write,
        ):
            if takes_rows:
                head, mark, rest = read.read().partition(b"</row>")
                write.write(head + mark)
                count += writer.write(islice(rows, room), write, first=2)
                write.write(rest)
            else:
                shutil.copyfileobj(read, write)
    # Whoever counts the rows is to see their end, also where there are more than were counted.
    return count + sum(1 for _ in rows)


def _entry(part: ZipInfo) -> ZipInfo:
    """A part's name and its date, which is no date at all: equal books are equal files."""
    entry = ZipInfo(part.filename, part.date_time)
    entry.compress_type = ZIP_DEFLATED
    return entry


def _hashed(out: IO[bytes], rows: int) -> Written:
    """A ZIP file is written back and forth, so it is read again for its hash."""
    out.flush()
    out.seek(0)
    digest, size = hashlib.sha256(), 0
    while part := out.read(READ_AT_ONCE):
        digest.update(part)
        size += len(part)
    return Written(rows, size, digest.hexdigest())
