"""The rows of a sheet as the XML of the file format, a hundred at a time.

XlsxWriter takes several times as long for a sheet of millions of cells, and keeps its whole text on the disk
twice meanwhile. Promise: a cell is what its column says, and a number has the digits that it came with.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from itertools import islice
from typing import IO, NamedTuple

from xlsxwriter.utility import xl_col_to_name  # type: ignore[import-untyped]

from reports.formats.base import Column
from reports.formats.transactions import COLUMNS

ROWS_A_WRITE = 100
MONEY = ("net", "tax_amount", "gross")
EPOCH = date(1899, 12, 30)
_DIGITS_AT = [column.name for column in COLUMNS].index("minor_units")
# What XML reads as its own, or not at all; what the file format takes for an escape; blanks that it drops.
_SPECIAL = re.compile(r"[&<>\ufffe\uffff]|_x[0-9A-Fa-f]{4}_|\A\s|\s\Z")
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


class _Cell(NamedTuple):
    """How a column's cells are written: before the number of the row, before the value, it, and behind."""

    name: str
    opened: str
    value: Callable[[str], str]
    closed: str


class RowWriter:
    """Writes rows of transactions. money: numbers of cell styles by decimals; day, instant: theirs."""

    def __init__(self, money: Mapping[int, int], day: int, instant: int) -> None:
        styles = {"date": f' s="{day}"', "datetime": f' s="{instant}"'}
        self._plans = {
            str(digits): [_cell(at, column, styles, f' s="{xf}"') for at, column in enumerate(COLUMNS)]
            for digits, xf in money.items()
        }

    def write(self, rows: Iterator[list[str]], out: IO[bytes], *, first: int) -> int:
        """Write all rows from line `first` on; how many they were."""
        line = first
        while block := list(islice(rows, ROWS_A_WRITE)):
            text = "".join([self._row(number, row) for number, row in enumerate(block, start=line)])
            out.write(text.encode())
            line += len(block)
        return line - first

    def _row(self, line: int, row: list[str]) -> str:
        plan = self._plans[row[_DIGITS_AT]]
        cells = [
            f"{name}{line}{opened}{value(text)}{closed}"
            for (name, opened, value, closed), text in zip(plan, row, strict=True)
            if text
        ]
        return f'<row r="{line}">{"".join(cells)}</row>'


def serial(day: date) -> int:
    """The number that a spreadsheet knows a day by."""
    return (day - EPOCH).days


def _cell(at: int, column: Column, styles: Mapping[str, str], money: str) -> _Cell:
    name, value = f'<c r="{xl_col_to_name(at)}', _VALUES[column.type]
    if column.type == "string":
        return _Cell(name, '" t="inlineStr"><is>', value, "</is></c>")
    style = money if column.name in MONEY else styles.get(column.type, "")
    kind = ' t="b"' if column.type == "boolean" else ""
    return _Cell(name, f'"{style}{kind}><v>', value, "</v></c>")


def _text(text: str) -> str:
    if not _SPECIAL.search(text):
        return f"<t>{text}</t>"
    told = _ESCAPE.sub("_x005F_", text).replace("\ufffe", "_xFFFE_").replace("\uffff", "_xFFFF_")
    told = told.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f'<t xml:space="preserve">{told}</t>'


@lru_cache(maxsize=4096)
def _day(text: str) -> str:
    return str(serial(date.fromisoformat(text)))


def _instant(text: str) -> str:
    """A text such as 2026-11-03T10:00:00.000000Z."""
    seconds = int(text[11:13]) * 3600 + int(text[14:16]) * 60 + float(text[17:-1])
    return f"{int(_day(text[:10])) + seconds / 86_400:.16g}"


_VALUES: dict[str, Callable[[str], str]] = {
    "string": _text,
    "number": str,
    "integer": str,
    "boolean": lambda text: "1" if text == "true" else "0",
    "date": _day,
    "datetime": _instant,
}
