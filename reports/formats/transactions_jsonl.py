"""The transactions for programs: JSON Lines, one object a row, UTF-8, each line ended by LF.

The columns are those of the CSV, all of them in every row. Promise: an amount or rate is a text with its
exact decimals ("11.90": a JSON number would lose the last zero, and many readers the cents of a large sum);
counts are numbers, yes and no are booleans, what is not known is null, and texts are those of the CSV.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import islice
from json.encoder import encode_basestring
from typing import IO

from reports.formats.base import TRANSACTIONS, Source, Written
from reports.formats.data_package import Kind, Table, data_package
from reports.formats.hashed import Hashed
from reports.formats.transactions import COLUMNS, cells

ROWS_A_WRITE = 100
JSONL = Kind("jsonl", "application/jsonl")
_AS_IT_STANDS = frozenset({"integer", "boolean"})
# In the description a decimal is what it is in the file: a text.
_DECIMAL = " (a text, so that no digit is lost)"
_COLUMNS = tuple(
    replace(column, type="string", description=column.description + _DECIMAL)
    if column.type == "number"
    else column
    for column in COLUMNS
)


@dataclass(frozen=True, slots=True)
class TransactionsJsonl:
    """The format; it has no options."""

    label: str = "Transactions, JSON Lines"
    group: str = TRANSACTIONS
    file_stem: str = "transactions"
    ending: str = ".jsonl"
    media_type: str = "application/jsonl; charset=utf-8"

    def write(self, source: Source, out: IO[bytes]) -> Written:
        file, rows, found = Hashed(out), 0, cells(source.rows())
        while block := [_line(row) for row in islice(found, ROWS_A_WRITE)]:
            file.write("".join(block).encode())
            rows += len(block)
        return file.written(rows)

    def describe(self, file_name: str, written: Written, source: Source) -> bytes:
        return data_package(Table("transactions", JSONL, _COLUMNS, ("row_id",)), file_name, written, source)


def _writer(type_: str) -> Callable[[str], str]:
    return str if type_ in _AS_IT_STANDS else encode_basestring


_KEYS = tuple(
    (("{" if not number else ",") + encode_basestring(column.name) + ":", _writer(column.type))
    for number, column in enumerate(COLUMNS)
)


def _line(row: list[str]) -> str:
    parts = [f"{key}{write(cell) if cell else 'null'}" for (key, write), cell in zip(_KEYS, row, strict=True)]
    return "".join(parts) + "}\n"
