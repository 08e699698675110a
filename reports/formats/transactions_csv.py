"""Every sale, tip, fee, refund, share and payout of a period, one line each, for any spreadsheet or import.

RFC 4180: comma, CRLF, double quotes. UTF-8, with a byte order mark where Excel needs one. ISO dates, UTC
instants, "." decimals with all minor units, no grouping. Promise: a number is never guarded, a text that a
spreadsheet could take for a formula always is (the rows come so from `reports.queries.rows`).
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import IO

from reports.core.totals import Totals
from reports.formats.base import About, Column, Written
from reports.formats.data_package import data_package

BOM = b"\xef\xbb\xbf"

# name, type, always filled, what it means: the order is a promise (tax-and-exports, "CSV").
COLUMNS = tuple(
    Column(*column)
    for column in (
        (
            "row_id",
            "string",
            True,
            "Stable name of the row: its journal, then line.part, tip, fee, split, share, payout",
        ),
        ("journal_id", "string", True, "The ledger's journal that moved the money"),
        ("receipt_no", "integer", False, "Number of the receipt, without gaps per merchant"),
        (
            "payment_id",
            "string",
            False,
            "The payment that the row belongs to; empty for shares got and payouts",
        ),
        (
            "kind",
            "string",
            True,
            "sale, tip, fee, split, refund, refund_tip, refund_fee, correction, share, payout, "
            "payout_returned",
        ),
        (
            "related_id",
            "string",
            False,
            "Of what takes back or corrects: the journal that it concerns",
        ),
        ("happened_at", "datetime", True, "The instant, in UTC"),
        ("local_date", "date", True, "The day at the place of sale"),
        ("time_zone", "string", True, "The place's IANA time zone"),
        ("merchant", "string", True, "Legal name of the business"),
        ("branch", "string", False, "Place of sale; empty for shares got and payouts"),
        ("till", "string", False, "Counter, where the code belonged to one"),
        ("cashier", "string", False, "Who asked for the amount or ordered the refund"),
        ("description", "string", True, "What was sold"),
        ("tax_country", "string", True, "ISO 3166-1 country whose tax applies: the place of sale's"),
        ("tax_region", "string", False, "ISO 3166-2 region, where tax is regional"),
        ("tax", "string", False, "Name of the tax; empty where none is due"),
        ("tax_category", "string", False, "The sale's tax category"),
        ("zero_reason", "string", False, "Why no tax is due: filled exactly where tax is empty"),
        ("tax_rate", "number", False, "Percent, four decimals"),
        ("prices_include_tax", "boolean", True, "Whether the shop's prices include tax"),
        (
            "net",
            "number",
            True,
            "Without tax; what the merchant gives (fee, split, refund, payout) is negative",
        ),
        ("tax_amount", "number", True, "Tax of this row"),
        ("gross", "number", True, "net + tax_amount"),
        ("currency", "string", True, "ISO 4217 code of net, tax_amount and gross"),
        ("minor_units", "integer", True, "Decimals of the currency (ISO 4217)"),
        ("fx_rate", "number", False, "Rate of exchange, where the payer paid in another currency"),
        ("fx_source", "string", False, "Who published the rate"),
        ("fx_at", "date", False, "The day for which the rate was published"),
        ("payer_currency", "string", False, "Currency of the payer's wallet; empty for fees"),
        (
            "payer_amount",
            "number",
            False,
            "What the payer paid or got back for this row; a foreign wallet in its currency",
        ),
        ("payer_country", "string", False, "The payer's country, where it is known"),
        ("payer_country_source", "string", False, "How the payer's country is known"),
        ("cross_border", "boolean", False, "Whether payer and shop are in two countries, where known"),
        ("in_person", "boolean", False, "Whether the sale was made at the counter; empty where none was"),
        ("method", "string", True, "Means of payment: wallet, share (from a partner's sale) or bank"),
        ("mcc", "string", True, "Merchant category code (ISO 18245)"),
        ("period", "string", True, "The period of this export"),
        ("note", "string", False, "The sale's reference, or the reason of the refund"),
    )
)


@dataclass(frozen=True, slots=True)
class TransactionsCsv:
    """The format with or without a byte order mark in front."""

    bom: bool = False
    label: str = "Transactions, CSV"
    file_stem: str = "transactions"
    ending: str = ".csv"
    media_type: str = "text/csv; charset=utf-8; header=present"
    columns: tuple[Column, ...] = COLUMNS

    def write(self, blocks: Iterable[bytes], out: IO[bytes]) -> Written:
        """Header and rows. A line break stands only at the end of a row, so rows can be counted by it."""
        digest = hashlib.sha256()
        rows = size = 0
        header = (BOM if self.bom else b"") + ",".join(c.name for c in self.columns).encode() + b"\r\n"
        out.write(header)
        digest.update(header)
        size += len(header)
        for block in blocks:
            rows += block.count(b"\n")
            text = block.replace(b"\n", b"\r\n")
            out.write(text)
            digest.update(text)
            size += len(text)
        return Written(rows, size, digest.hexdigest())

    def describe(self, file_name: str, written: Written, about: About, totals: Totals) -> bytes:
        return data_package(self.columns, file_name, written, about, totals)
