"""Read an export as a stranger would: with the csv module and nothing of ours but the column names."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal

from reports.core.periods import Period
from reports.queries.days import day_sums_of
from reports.queries.ledger import movements_of
from reports.queries.rows import row_blocks, sums_of
from reports.queries.snapshot import snapshot
from reports.queries.sources import Books

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


class Given(Books):
    """Books of rows that were never in a database."""

    def __init__(self, blocks: Iterable[bytes]) -> None:
        self.blocks = blocks

    def rows(self) -> Iterator[bytes]:
        yield from self.blocks


def read_csv(content: bytes) -> list[dict[str, str]]:
    """The rows by column name; a file that is not whole and regular fails here."""
    text = content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
    assert all(None not in row and None not in row.values() for row in rows), "a row of another length"
    return rows


def totals_in(rows: list[dict[str, str]]) -> dict[str, dict[str, int]]:
    """Column sums per currency in minor units, as an accountant's spreadsheet would add them up."""
    totals: dict[str, Counter[str]] = {
        name: Counter() for name in ("net", "tax_amount", "gross", "tip", "fee")
    }
    for row in rows:
        scale = 10 ** int(row["minor_units"])
        for name in ("net", "tax_amount", "gross"):
            totals[name][row["currency"]] += int(Decimal(row[name]) * scale)
        for name in ("tip", "fee"):
            ours = row["kind"] in (name, f"refund_{name}")
            totals[name][row["currency"]] += int(Decimal(row["net"]) * scale) if ours else 0
        for name, kinds in (("split", ("split",)), ("payout", ("payout", "payout_returned"))):
            if row["kind"] in kinds:
                totals.setdefault(name, Counter())[row["currency"]] += int(Decimal(row["net"]) * scale)
    return {name: dict(found) for name, found in totals.items()}


def aliased(text: str) -> str:
    """Every id replaced by id-1, id-2, … in the order of their appearance: ids differ between runs."""
    names: dict[str, str] = {}
    return UUID.sub(lambda match: names.setdefault(match[0], f"id-{len(names) + 1}"), text)


def rows_text(merchant_id, period: Period) -> bytes:
    """The raw stream of a merchant's rows."""
    with snapshot() as cursor:
        return b"".join(row_blocks(cursor, merchant_id, period))


def both_sides(merchant_id, period: Period):
    """The sums of the rows and the movements of the ledger, in one snapshot."""
    with snapshot() as cursor:
        return sums_of(cursor, merchant_id, period), movements_of(cursor, merchant_id, period)


def days_of(merchant_id, period: Period):
    """The sums of the rows day by day."""
    with snapshot():
        return list(day_sums_of(merchant_id, period))
