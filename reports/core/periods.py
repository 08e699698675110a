"""A period is a half-open interval of instants, cut at midnight of the shop's own clock.

Promise: the months of one zone partition time. Each begins at the very instant at which the one before
ends, through every change of the clocks, so that no sale is lost between two months or counted in both.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from base.core.errors import Refused

FIRST_YEAR, LAST_YEAR = 2000, 2199
_MONTH = re.compile(r"\A([0-9]{4})-(0[1-9]|1[0-2])\Z")


@dataclass(frozen=True, slots=True)
class Period:
    """label: "2026-11". starts_at, ends_at: UTC instants, the end outside. time_zone: IANA name."""

    label: str
    starts_at: datetime
    ends_at: datetime
    time_zone: str

    @property
    def first_day(self) -> date:
        """The first day on the shop's calendar: a day, which no page can turn by a zone."""
        return self.starts_at.astimezone(ZoneInfo(self.time_zone)).date()


def month(year: int, month: int, time_zone: str) -> Period:
    """One calendar month of a zone. Refused: period_invalid."""
    if not (FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12):
        raise _invalid()
    after = (year + month // 12, month % 12 + 1)
    return Period(
        f"{year:04d}-{month:02d}", _midnight(year, month, time_zone), _midnight(*after, time_zone), time_zone
    )


def parse_month(text: str, time_zone: str) -> Period:
    """Read "2026-11". Refused: period_invalid."""
    match = _MONTH.match(text)
    if match is None:
        raise _invalid()
    return month(int(match[1]), int(match[2]), time_zone)


def month_of(moment: datetime, time_zone: str) -> Period:
    """The month in which an instant falls, by the clock on the shop's wall."""
    local = moment.astimezone(ZoneInfo(time_zone))
    return month(local.year, local.month, time_zone)


def months_back(moment: datetime, time_zone: str, count: int) -> Iterator[Period]:
    """The month of an instant and those before it, newest first, `count` in all."""
    now = month_of(moment, time_zone)
    year, number = map(int, now.label.split("-"))
    for back in range(count):
        years, zero_based = divmod(year * 12 + number - 1 - back, 12)
        yield month(years, zero_based + 1, time_zone)


def _midnight(year: int, month: int, time_zone: str) -> datetime:
    """The first instant of a month. Where the clocks strike midnight twice (Havana, 1 November 2026) the
    first counts; where they jump over it, the instant of the jump."""
    return datetime(year, month, 1, tzinfo=ZoneInfo(time_zone), fold=0).astimezone(UTC)


def _invalid() -> Refused:
    return Refused("period_invalid", "Name a month as year and number, such as 2026-11.")
