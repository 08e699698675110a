"""The columns of the transactions, the same in every format that lists them, and how their texts are read.

Promise: names and order are those of the row stream (`reports.queries.rows`) and never change.
"""

import csv
from collections.abc import Iterable, Iterator

from reports.formats.base import Column

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
        ("related_id", "string", False, "Of what takes back or corrects: the journal that it concerns"),
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


def cells(blocks: Iterable[bytes]) -> Iterator[list[str]]:
    """The rows of a stream as lists of texts, "" where nothing is known. No cell has a line break in it."""
    for block in blocks:
        yield from csv.reader(block.decode().removesuffix("\n").split("\n"))
