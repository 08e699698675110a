"""A period is a half-open interval of instants, cut at midnight of the shop's own clock.

Promise: the months of one zone partition time, and so do its quarters and years. Each begins at the very
instant at which the one before ends, through every change of the clocks, so that no sale is lost between two
periods or counted in both. A label says all but the zone, and is read back to the same period:

    2026-11                   a month
    2026-Q1                   a quarter of the calendar year
    2026                      a calendar year
    FY2026-04-06              the fiscal year that begins on that day
    2026-01-15..2026-03-02    from the first to the last day, both inside
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from base.core.errors import Refused

FIRST_YEAR, LAST_YEAR = 2000, 2199
MONTH, QUARTER, YEAR, FISCAL_YEAR, DAYS = "month", "quarter", "year", "fiscal_year", "days"
# Ten years and a day: no books are asked for over a longer time, and a slip of a digit is not a period.
MOST_DAYS = 3654
_MONTH = re.compile(r"\A([0-9]{4})-(0[1-9]|1[0-2])\Z")
_QUARTER = re.compile(r"\A([0-9]{4})-Q([1-4])\Z")
_YEAR = re.compile(r"\A([0-9]{4})\Z")
_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_FISCAL = re.compile(rf"\AFY({_DAY})\Z")
_DAYS = re.compile(rf"\A({_DAY})\.\.({_DAY})\Z")


@dataclass(frozen=True, slots=True)
class Period:
    """label: see above. starts_at, ends_at: UTC instants, the end outside. time_zone: IANA name."""

    label: str
    starts_at: datetime
    ends_at: datetime
    time_zone: str

    @property
    def first_day(self) -> date:
        """The first day on the shop's calendar: a day, which no page can turn by a zone."""
        return self.starts_at.astimezone(ZoneInfo(self.time_zone)).date()

    @property
    def last_day(self) -> date:
        """The last day inside."""
        return (self.ends_at - timedelta(microseconds=1)).astimezone(ZoneInfo(self.time_zone)).date()

    @property
    def kind(self) -> str:
        """MONTH, QUARTER, YEAR, FISCAL_YEAR or DAYS."""
        return _kind(self.label)


def parse_period(text: str, time_zone: str) -> Period:
    """Read any label. Refused: period_invalid."""
    if match := _MONTH.match(text):
        return month(int(match[1]), int(match[2]), time_zone)
    if match := _QUARTER.match(text):
        return quarter(int(match[1]), int(match[2]), time_zone)
    if match := _YEAR.match(text):
        return year(int(match[1]), time_zone)
    if match := _FISCAL.match(text):
        return fiscal_year(_day(match[1]), time_zone)
    if match := _DAYS.match(text):
        return days(_day(match[1]), _day(match[2]), time_zone)
    raise _invalid()


def month(year: int, month: int, time_zone: str) -> Period:
    """One calendar month of a zone. Refused: period_invalid."""
    if not (FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12):
        raise _invalid()
    return _months(f"{year:04d}-{month:02d}", year, month, 1, time_zone)


def quarter(year: int, quarter: int, time_zone: str) -> Period:
    """Three months, from January, April, July or October. Refused: period_invalid."""
    if not (FIRST_YEAR <= year <= LAST_YEAR and 1 <= quarter <= 4):
        raise _invalid()
    return _months(f"{year:04d}-Q{quarter}", year, 3 * quarter - 2, 3, time_zone)


def year(year: int, time_zone: str) -> Period:
    """A calendar year. Refused: period_invalid."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise _invalid()
    return _months(f"{year:04d}", year, 1, 12, time_zone)


def fiscal_year(first_day: date, time_zone: str) -> Period:
    """The year that begins on a day and ends before the same day of the next year.

    Refused: period_invalid, also for 29 February, which most years do not have.
    """
    if not FIRST_YEAR <= first_day.year <= LAST_YEAR or (first_day.month, first_day.day) == (2, 29):
        raise _invalid()
    after = first_day.replace(year=first_day.year + 1)
    return _between(f"FY{first_day.isoformat()}", first_day, after, time_zone)


def days(first_day: date, last_day: date, time_zone: str) -> Period:
    """From one day to another, both inside. Refused: period_invalid (backwards, longer than ten years)."""
    inside = FIRST_YEAR <= first_day.year <= last_day.year <= LAST_YEAR
    if not inside or not 0 <= (last_day - first_day).days < MOST_DAYS:
        raise _invalid()
    label = f"{first_day.isoformat()}..{last_day.isoformat()}"
    return _between(label, first_day, last_day + timedelta(days=1), time_zone)


def month_of(moment: datetime, time_zone: str) -> Period:
    """The month in which an instant falls, by the clock on the shop's wall."""
    local = moment.astimezone(ZoneInfo(time_zone))
    return month(local.year, local.month, time_zone)


def quarter_of(moment: datetime, time_zone: str) -> Period:
    """The quarter in which an instant falls."""
    local = moment.astimezone(ZoneInfo(time_zone))
    return quarter(local.year, (local.month + 2) // 3, time_zone)


def fiscal_year_of(moment: datetime, time_zone: str, begins: tuple[int, int] = (1, 1)) -> Period:
    """The fiscal year in which an instant falls. begins: month and day; (1, 1) gives the calendar year."""
    today = moment.astimezone(ZoneInfo(time_zone)).date()
    if begins == (1, 1):
        return year(today.year, time_zone)
    number = today.year if (today.month, today.day) >= begins else today.year - 1
    return fiscal_year(date(number, *begins), time_zone)


def before(period: Period) -> Period:
    """The period of the same kind and length that ends where this one begins. Refused: period_invalid."""
    first, zone = period.first_day, period.time_zone
    if period.kind == DAYS:
        last = first - timedelta(days=1)
        return days(last - (period.last_day - first), last, zone)
    if period.kind == FISCAL_YEAR:
        return fiscal_year(first.replace(year=first.year - 1), zone)
    moment = period.starts_at - timedelta(microseconds=1)
    if period.kind == MONTH:
        return month_of(moment, zone)
    return quarter_of(moment, zone) if period.kind == QUARTER else year(first.year - 1, zone)


def back_from(period: Period, count: int) -> Iterator[Period]:
    """A period and those of its kind before it, newest first, `count` in all."""
    for _ in range(count - 1):
        yield period
        period = before(period)
    yield period


def months_back(moment: datetime, time_zone: str, count: int) -> Iterator[Period]:
    """The month of an instant and those before it, newest first, `count` in all."""
    return back_from(month_of(moment, time_zone), count)


def _kind(label: str) -> str:
    patterns = {_MONTH: MONTH, _QUARTER: QUARTER, _YEAR: YEAR, _FISCAL: FISCAL_YEAR, _DAYS: DAYS}
    return next(kind for pattern, kind in patterns.items() if pattern.match(label))


def _months(label: str, year: int, month: int, count: int, time_zone: str) -> Period:
    years, zero_based = divmod(year * 12 + month - 1 + count, 12)
    return _between(label, date(year, month, 1), date(years, zero_based + 1, 1), time_zone)


def _between(label: str, first: date, after: date, time_zone: str) -> Period:
    starts_at, ends_at = _midnight(first, time_zone), _midnight(after, time_zone)
    if starts_at >= ends_at:
        # A day that the calendar of a zone has left out (Apia, 30 December 2011).
        raise _invalid()
    return Period(label, starts_at, ends_at, time_zone)


def _midnight(day: date, time_zone: str) -> datetime:
    """The first instant of a day. Where the clocks strike midnight twice (Havana, 1 November 2026) the
    first counts; where they jump over it, the instant of the jump."""
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(time_zone), fold=0).astimezone(UTC)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise _invalid() from None


def _invalid() -> Refused:
    return Refused(
        "period_invalid",
        "Name a month (2026-11), a quarter (2026-Q4), a year (2026), a fiscal year by its first day "
        "(FY2026-04-06) or the first and last day (2026-01-15..2026-03-02).",
    )
