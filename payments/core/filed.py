"""The periods that a shop may say it has filed: the newest months and quarters that have ended. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from base.core.errors import Refused

MONTHS, QUARTERS = 4, 3


@dataclass(frozen=True, slots=True)
class Filed:
    """value: "2026-09" or "2026-Q3". until: the first local day after it."""

    value: str
    until: date

    def ends_at(self, zone: str) -> datetime:
        """The moment at which it was over in a place."""
        return datetime.combine(self.until, time(), ZoneInfo(zone))


def periods(today: date) -> tuple[Filed, ...]:
    """What has ended by a local day, newest first: quarters, then months."""
    found = (*_ended(today, months=3, most=QUARTERS), *_ended(today, months=1, most=MONTHS))
    return tuple(found)


def period_named(value: str, today: date) -> Filed | None:
    """One of them by its value, None for all that stands (""). Refused period_invalid (400)."""
    if not value:
        return None
    for period in periods(today):
        if period.value == value:
            return period
    raise Refused("period_invalid", "Please choose a period that has ended.", field="period")


def _ended(today: date, *, months: int, most: int) -> Iterator[Filed]:
    last = (today.year * 12 + today.month - 1) // months * months  # the month in which one has just begun
    for end in range(last, last - most * months, -months):
        year, month = divmod(end - months, 12)
        value = f"{year:04}-Q{month // 3 + 1}" if months == 3 else f"{year:04}-{month + 1:02}"
        yield Filed(value, date(end // 12, end % 12 + 1, 1))
