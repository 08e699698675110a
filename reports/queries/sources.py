"""What a format reads of one merchant's period: sums, rows and days, all from one snapshot.

Promise: sums are compared with the ledger before anything is handed out, and every stream that is read to its
end adds up to those sums, or ExportDoesNotFoot is raised while the file is still nobody's.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.db.backends.utils import CursorWrapper

from merchants.models import Merchant
from reports.core.days import DaySum
from reports.core.seals import ListedChange
from reports.core.totals import ExportDoesNotFoot, Sum, Tally, Totals, check_foots, total_up
from reports.formats.base import About, Written
from reports.queries.days import day_sums_of
from reports.queries.ledger import movements_of
from reports.queries.listed_changes import listed_changes
from reports.queries.rows import row_blocks, sums_of


@dataclass
class Progress:
    """How many rows have been handed out, and of how many: read by another thread meanwhile."""

    rows: int = 0
    total: int = 0


@dataclass
class Books:
    """A Source. rows_read: how many rows have been handed out; None where none were asked for."""

    cursor: CursorWrapper
    merchant: Merchant
    about: About
    folder: Path
    progress: Progress = field(default_factory=Progress)
    sums: list[Sum] = field(init=False)
    totals: Totals = field(init=False)
    rows_read: int | None = None
    stream_sha256: str = ""

    def __post_init__(self) -> None:
        self.sums = sums_of(self.cursor, self.merchant.pk, self.about.period)
        self.totals = total_up(self.sums)
        check_foots(self.totals, movements_of(self.cursor, self.merchant.pk, self.about.period))
        self.progress.total = self.totals.rows

    def rows(self) -> Iterator[bytes]:
        digest, count = hashlib.sha256(), 0
        for block in row_blocks(self.cursor, self.merchant.pk, self.about.period):
            digest.update(block)
            count += block.count(b"\n")
            yield block
            self.progress.rows = count
        if count != self.totals.rows:
            raise ExportDoesNotFoot([f"rows: {count} read, {self.totals.rows} counted"])
        self.rows_read, self.stream_sha256 = count, digest.hexdigest()

    def days(self) -> Iterator[DaySum]:
        digest, tally = hashlib.sha256(), Tally()
        for part in day_sums_of(self.merchant.pk, self.about.period):
            digest.update(part.line.encode())
            tally.add(part.sum)
            yield part
        if (found := tally.totals()) != self.totals:
            raise ExportDoesNotFoot([f"days: {found.columns}, rows: {self.totals.columns}"])
        if self.rows_read is None:
            self.stream_sha256 = digest.hexdigest()

    def changes(self) -> Iterator[ListedChange]:
        digest, count = hashlib.sha256(), 0
        for change in listed_changes(self.merchant.pk, self.about.period):
            digest.update(change.line.encode())
            count += 1
            yield change
        self.rows_read, self.stream_sha256 = count, digest.hexdigest()

    def check(self, written: Written) -> None:
        if not self.stream_sha256:
            raise ExportDoesNotFoot(["a stream was not read to its end"])
        if self.rows_read is not None and self.rows_read != written.rows:
            raise ExportDoesNotFoot([f"rows: {written.rows} written, {self.rows_read} read"])
