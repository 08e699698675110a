"""What every export format is: a stream of rows in, one file out, and a description beside it.

A format is one module of this folder and one line in `FORMATS` (`reports/formats/__init__.py`). It knows
neither database nor framework: rows come as CSV text in blocks (what PostgreSQL's COPY gives, lines ended
by LF, no line break inside a cell), so that five million of them never stand in memory.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import IO, Protocol

from reports.core.periods import Period
from reports.core.seals import LedgerState
from reports.core.totals import Totals


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


class Format(Protocol):
    """An object that writes one kind of file. label: for people; file_stem and ending: of its name."""

    @property
    def label(self) -> str: ...
    @property
    def file_stem(self) -> str: ...
    @property
    def ending(self) -> str: ...
    @property
    def media_type(self) -> str: ...
    @property
    def columns(self) -> Sequence[Column]: ...

    def write(self, blocks: Iterable[bytes], out: IO[bytes]) -> Written:
        """Write the whole file, block by block."""
        ...

    def describe(self, file_name: str, written: Written, about: About, totals: Totals) -> bytes:
        """The file's `datapackage.json`. Equal input gives equal bytes."""
        ...
