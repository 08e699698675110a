"""Every sale, tip, fee, refund, share and payout of a period, one line each, for any spreadsheet or import.

RFC 4180: comma, CRLF, double quotes. UTF-8, with a byte order mark where Excel needs one. ISO dates, UTC
instants, "." decimals with all minor units, no grouping. Promise: a number is never guarded, a text that a
spreadsheet could take for a formula always is (the rows come so from `reports.queries.rows`).
"""

from dataclasses import dataclass
from typing import IO

from reports.formats.base import TRANSACTIONS, Source, Written
from reports.formats.data_package import CSV, data_package, transactions_table
from reports.formats.hashed import Hashed
from reports.formats.transactions import COLUMNS

BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class TransactionsCsv:
    """The format with or without a byte order mark in front."""

    bom: bool = False
    label: str = "Transactions, CSV"
    group: str = TRANSACTIONS
    file_stem: str = "transactions"
    ending: str = ".csv"
    media_type: str = "text/csv; charset=utf-8; header=present"

    def write(self, source: Source, out: IO[bytes]) -> Written:
        """Header and rows. A line break stands only at the end of a row, so rows can be counted by it."""
        file, rows = Hashed(out), 0
        file.write((BOM if self.bom else b"") + ",".join(c.name for c in COLUMNS).encode() + b"\r\n")
        for block in source.rows():
            rows += block.count(b"\n")
            file.write(block.replace(b"\n", b"\r\n"))
        return file.written(rows)

    def describe(self, file_name: str, written: Written, source: Source) -> bytes:
        return data_package(transactions_table(CSV), file_name, written, source)
