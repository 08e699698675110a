"""What the platform's own reports are made of, and what its operators see of them; 404 for everybody else.

Promise: a report's figures are compared with the ledger merchant by merchant, currency by currency, in
numbers of payments and refunds, in what they moved and in tax; where one differs, ExportDoesNotFoot.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.db.backends.utils import CursorWrapper

from merchants.queries import Actor, not_found, operator_for
from reports.core.directions import Direction, Origin
from reports.core.periods import Period
from reports.core.totals import ExportDoesNotFoot
from reports.formats.base import Written
from reports.models import Export
from reports.queries.origins import Moved, booked_in, origins_of
from reports.queries.snapshot import snapshot

TIME_ZONE = "UTC"
SECONDS_ON_A_PAGE = 20


@dataclass(frozen=True, slots=True)
class DirectionRow:
    """One direction and currency of a period, all merchants together; minor units."""

    direction: Direction
    currency: str
    payments: int
    sales_minor: int
    refunds_minor: int
    net_minor: int
    tax_minor: int
    gross_minor: int


@dataclass
class PlatformBooks:
    """A PlatformSource: every merchant's period in one snapshot. rows_read: None until all were read."""

    cursor: CursorWrapper
    period: Period
    folder: Path
    rows_read: int | None = None
    stream_sha256: str = ""

    def origins(self) -> Iterator[Origin]:
        digest, count = hashlib.sha256(), 0
        found: dict[tuple[UUID, str], Moved] = {}
        for row in origins_of(self.period):
            digest.update(repr(row).encode())
            count += 1
            kept = found.get((row.merchant_id, row.currency), (0, 0, 0, 0))
            new = (row.payments, row.refunds, row.gross_minor + row.tips_minor, row.tax_minor)
            found[row.merchant_id, row.currency] = (
                kept[0] + new[0], kept[1] + new[1], kept[2] + new[2], kept[3] + new[3],
            )  # fmt: skip
            yield row
        booked = booked_in(self.cursor, self.period)
        differences = [
            f"{merchant} {currency}: rows {found.get((merchant, currency))}, "
            f"ledger {booked.get((merchant, currency))}"
            for merchant, currency in sorted(found.keys() | booked.keys())
            if found.get((merchant, currency)) != booked.get((merchant, currency))
        ]
        if differences:
            raise ExportDoesNotFoot(differences)
        self.rows_read, self.stream_sha256 = count, digest.hexdigest()

    def check(self, written: Written) -> None:
        if self.rows_read != written.rows:
            raise ExportDoesNotFoot([f"rows: {written.rows} written, {self.rows_read} read"])


def directions_for(actor: Actor, period: Period) -> list[DirectionRow]:
    """A period's payments by direction and currency, equal to the ledger; five statements at most."""
    operator_for(actor)
    found: dict[tuple[Direction, str], Counter[str]] = {}
    with snapshot(seconds=SECONDS_ON_A_PAGE) as cursor:
        for row in PlatformBooks(cursor, period, Path()).origins():
            figures = found.setdefault((row.direction, row.currency), Counter())
            figures["payments"] += row.payments
            figures["sales"] += row.sales_minor
            figures["refunds"] += row.refunds_minor
            figures["tax"] += row.tax_minor
    ways = list(Direction)
    keys = sorted(found, key=lambda key: (key[1], ways.index(key[0])))
    return [_direction_row(*key, found[key]) for key in keys]


def _direction_row(direction: Direction, currency: str, sums: Counter[str]) -> DirectionRow:
    gross = sums["sales"] + sums["refunds"]
    return DirectionRow(
        direction=direction,
        currency=currency,
        payments=sums["payments"],
        sales_minor=sums["sales"],
        refunds_minor=sums["refunds"],
        net_minor=gross - sums["tax"],
        tax_minor=sums["tax"],
        gross_minor=gross,
    )


def platform_exports_for(actor: Actor, *, limit: int = 24) -> list[Export]:
    """The newest exports of the platform itself; two queries."""
    operator_for(actor)
    rows = Export.objects.filter(merchant=None).select_related("requested_by")
    return list(rows.order_by("-created_at", "-id")[:limit])


def platform_export_for(actor: Actor, export_id: UUID) -> Export:
    """A finished one; two queries. Refused not_found (404) for everything else."""
    operator_for(actor)
    export = Export.objects.filter(pk=export_id, merchant=None, state=Export.State.READY).first()
    if export is None:
        raise not_found()
    return export
