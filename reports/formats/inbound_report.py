"""Who sold to whose residents, for the operator: the mirror of what CESOP leaves out.

A line a merchant, country of sale, payer's country (and how it was known) and currency, with the tax that was
collected. Payments of every direction are in it, so that the four add up to all payments. It claims no form
of any authority, and names no payer.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import IO

from reports.core.directions import Origin
from reports.formats.base import SUMMARIES, Column, PlatformSource, Written
from reports.formats.data_package import CSV, SCHEMA_VERSION, Table, package_text, period_told
from reports.formats.hashed import Hashed
from wallets.core.money import format_minor

ROWS_A_WRITE = 1000
COLUMNS = (
    Column("merchant_id", "string", True, "The merchant, by its stable name here"),
    Column("merchant", "string", True, "Legal name of the business"),
    Column("tax_number", "string", False, "Its tax number"),
    Column("country", "string", True, "Country of sale: where the shop is (ISO 3166-1)"),
    Column("payer_country", "string", False, "Where the payers lived; empty where nobody knew"),
    Column("payer_country_source", "string", False, "How that was known"),
    Column("direction", "string", True, "domestic, outbound (CESOP counts it), inbound or unknown"),
    Column("currency", "string", True, "ISO 4217 code of the amounts"),
    Column("count", "integer", True, "Number of payments"),
    Column("refund_count", "integer", True, "Number of refunds of this period"),
    Column("sales", "number", True, "Sales with tax, without tips"),
    Column("refunds", "number", True, "Refunds of this period with tax, without tips, negative"),
    Column("net", "number", True, "gross without tax"),
    Column("tax", "number", True, "Tax collected, less what was given back"),
    Column("gross", "number", True, "sales + refunds"),
    Column("tips", "number", True, "Tips, less those given back; in none of the amounts above"),
)
KEY = ("merchant_id", "country", "payer_country", "payer_country_source", "currency")


@dataclass(frozen=True, slots=True)
class InboundReport:
    """The format; it has no options."""

    label: str = "Inbound report, CSV"
    group: str = SUMMARIES
    file_stem: str = "inbound"
    ending: str = ".csv"
    media_type: str = "text/csv; charset=utf-8; header=present"

    def write(self, source: PlatformSource, out: IO[bytes]) -> Written:
        file, rows, found = Hashed(out), 0, source.origins()
        file.write(_text(iter([[column.name for column in COLUMNS]])))
        while block := list(islice(found, ROWS_A_WRITE)):
            file.write(_text(_cells(row) for row in block))
            rows += len(block)
        return file.written(rows)

    def describe(self, file_name: str, written: Written, source: PlatformSource) -> bytes:
        label = source.period.label
        ours = {
            "schema_version": SCHEMA_VERSION,
            "period": period_told(source.period),
            "rows": written.rows,
            "stream_sha256": source.stream_sha256,
        }
        table = Table("inbound", CSV, COLUMNS, KEY)
        return package_text(table, f"inbound-{label}", f"Inbound report {label}", file_name, written, ours)


def _cells(row: Origin) -> list[str]:
    amounts = (
        row.sales_minor, row.refunds_minor, row.net_minor, row.tax_minor, row.gross_minor, row.tips_minor,
    )  # fmt: skip
    return [
        str(row.merchant_id), row.merchant, row.tax_number, row.country, row.payer_country,
        row.payer_country_source, row.direction, row.currency, str(row.payments), str(row.refunds),
        *(format_minor(minor, row.currency) for minor in amounts),
    ]  # fmt: skip


def _text(rows: Iterator[list[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()
