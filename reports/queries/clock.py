"""By which clock and which fiscal year a client's books are read.

Takes a merchant that `client_for` gave. Promise: a zone is one of the client's
own branches', never the reader's.
"""

from dataclasses import dataclass

from base.core.errors import Refused
from merchants.models import Merchant
from reports.core.choices import CALENDAR
from reports.models import BookSettings
from reports.queries.books import NO_BRANCH_ZONE


@dataclass(frozen=True, slots=True)
class Clock:
    """time_zone: the one that is used. zones: all of the branches', the first branch's first, with their
    branches' names. begins: month and day of the fiscal year."""

    time_zone: str
    zones: dict[str, list[str]]
    begins: tuple[int, int]


def clock_of(merchant: Merchant, asked: str = "") -> Clock:
    """The first branch's clock, or the asked-for one; two queries. Refused: zone_unknown (400)."""
    zones: dict[str, list[str]] = {}
    for zone, name in merchant.branches.order_by("id").values_list("time_zone", "name"):
        zones.setdefault(zone, []).append(name)
    first = next(iter(zones), NO_BRANCH_ZONE)
    if asked and asked not in {*zones, first}:
        raise Refused("zone_unknown", "No branch of this business keeps that time. Choose one of its clocks.")
    return Clock(asked or first, zones, begins_of(merchant))


def begins_of(merchant: Merchant) -> tuple[int, int]:
    """Month and day on which the fiscal year begins; one query."""
    row = BookSettings.objects.filter(pk=merchant.pk).first()
    return (row.fiscal_month, row.fiscal_day) if row else CALENDAR
