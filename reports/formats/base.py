"""What every export format is: what it reads, one file out, and a description beside it.

A format is one module of this folder and one line in `FORMATS` (`reports/formats/__init__.py`). It knows
neither database nor framework: it is handed a source and takes from it the streams that it needs. Each stream
is checked against the ledger by the source as it ends, so a format cannot write what does not foot.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol, TypeVar

from reports.core.days import DaySum
from reports.core.directions import Origin
from reports.core.periods import Period
from reports.core.seals import LedgerState, ListedChange
from reports.core.totals import Sum, Totals

TRANSACTIONS, SUMMARIES, EXCEPTIONS = "Transactions", "Summaries", "Exceptions"


@dataclass(frozen=True, slots=True)
class Column:
    """One column. type: a Table Schema type (string, number, integer, boolean, date, datetime)."""

    name: str
    type: str
    required: bool
    description: str


@dataclass(frozen=True, slots=True)
class Written:
    """What has been written: rows without the header line, bytes, SHA-256 in hex."""

    rows: int
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class About:
    """Whose file it is. rate_table: version of the national tax rates it was taxed under.

    ledger: of a sealed period, what the ledger held when it was closed.
    """

    legal_name: str
    country: str
    period: Period
    rate_table: str
    ledger: LedgerState | None = None


class Checked(Protocol):
    """What every source can say of a file that was made of it."""

    def check(self, written: Written) -> None:
        """Return quietly when all was read to its end and written; else raise ExportDoesNotFoot."""
        ...


class Source(Checked, Protocol):
    """One merchant's period in one snapshot, already equal to the ledger in its sums.

    folder: where passing files may lie while an export is written.
    """

    @property
    def about(self) -> About: ...
    @property
    def sums(self) -> Sequence[Sum]: ...
    @property
    def totals(self) -> Totals: ...
    @property
    def folder(self) -> Path: ...
    @property
    def stream_sha256(self) -> str:
        """SHA-256 of the rows that were read (of the days, where no rows were): no format's doing."""
        ...

    def rows(self) -> Iterator[bytes]:
        """The transactions as CSV text in blocks, as PostgreSQL's COPY gives it: lines ended by LF, no line
        break inside a cell, columns as in `formats.transactions`; five million never stand in memory."""
        ...

    def days(self) -> Iterator[DaySum]:
        """The same rows added up per local day, in the order of their keys."""
        ...

    def changes(self) -> Iterator[ListedChange]:
        """What the period's closings list as changes of earlier ones; none where nothing was closed."""
        ...


class PlatformSource(Checked, Protocol):
    """All merchants' period in one snapshot, for the operator's own reports."""

    @property
    def period(self) -> Period: ...
    @property
    def stream_sha256(self) -> str: ...

    def origins(self) -> Iterator[Origin]:
        """Payments and refunds by merchant and payer's country; at the end equal to the ledger."""
        ...


S = TypeVar("S", contravariant=True)


class Format(Protocol[S]):
    """An object that writes one kind of file. label, group: for people; file_stem and ending: of its name."""

    @property
    def label(self) -> str: ...
    @property
    def group(self) -> str: ...
    @property
    def file_stem(self) -> str: ...
    @property
    def ending(self) -> str: ...
    @property
    def media_type(self) -> str: ...

    def write(self, source: S, out: IO[bytes]) -> Written:
        """Write the whole file, stream by stream. `out` may be read and sought in."""
        ...

    def describe(self, file_name: str, written: Written, source: S) -> bytes:
        """The file's `datapackage.json`. Equal input gives equal bytes."""
        ...
