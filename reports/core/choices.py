"""Which periods a reader is offered first, and how one steps from a period to the next.

Promise: what is offered is always whole, by the shop's clock and its own fiscal year; "last" ends where
"this" begins. The days on which a fiscal year may begin are decided here, once.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import datetime, timedelta

from base.core.errors import Refused
from reports.core.periods import (
    DAYS,
    FISCAL_YEAR,
    MONTH,
    QUARTER,
    Period,
    back_from,
    before,
    days,
    fiscal_year,
    fiscal_year_of,
    month_of,
    quarter_of,
    year,
)

CALENDAR = (1, 1)
MONTHS, QUARTERS, YEARS = 24, 12, 6
_LEAP = 2000


@dataclass(frozen=True, slots=True)
class Offer:
    """One period under a name that says which it is today: "this_month", "last_fiscal_year"."""

    name: str
    period: Period


def quick(now: datetime, time_zone: str, begins: tuple[int, int] = CALENDAR) -> tuple[Offer, ...]:
    """What is asked for most: this and the last month, quarter and year. begins: of the fiscal year."""
    this_month, this_quarter = month_of(now, time_zone), quarter_of(now, time_zone)
    this_year = fiscal_year_of(now, time_zone)
    fiscal = fiscal_year_of(now, time_zone, begins)
    offers = [
        Offer("this_month", this_month),
        Offer("last_month", before(this_month)),
        Offer("this_quarter", this_quarter),
        Offer("last_quarter", before(this_quarter)),
        Offer("this_year", this_year),
    ]
    if begins == CALENDAR:
        return (*offers, Offer("last_year", before(this_year)))
    return (*offers, Offer("this_fiscal_year", fiscal), Offer("last_fiscal_year", before(fiscal)))


def months(now: datetime, time_zone: str) -> list[Period]:
    """Newest first, like the others."""
    return list(back_from(month_of(now, time_zone), MONTHS))


def quarters(now: datetime, time_zone: str) -> list[Period]:
    return list(back_from(quarter_of(now, time_zone), QUARTERS))


def years(now: datetime, time_zone: str, begins: tuple[int, int] = CALENDAR) -> list[Period]:
    """Fiscal years, then calendar years where those are others."""
    calendar = list(back_from(fiscal_year_of(now, time_zone), YEARS))
    if begins == CALENDAR:
        return calendar
    return [*back_from(fiscal_year_of(now, time_zone, begins), YEARS), *calendar]


def after(period: Period) -> Period:
    """The period of the same kind and length that begins where this one ends. Refused: period_invalid."""
    zone, kind = period.time_zone, period.kind
    if kind == DAYS:
        first = period.last_day + timedelta(days=1)
        return days(first, first + (period.last_day - period.first_day), zone)
    if kind == FISCAL_YEAR:
        return fiscal_year(period.last_day + timedelta(days=1), zone)
    if kind == MONTH:
        return month_of(period.ends_at, zone)
    return quarter_of(period.ends_at, zone) if kind == QUARTER else year(period.first_day.year + 1, zone)


def check_begins(month: int, day: int) -> tuple[int, int]:
    """A day on which every year can begin. Refused: fiscal_day_invalid (31 April, also 29 February)."""
    if not (1 <= month <= 12 and 1 <= day <= monthrange(_LEAP, month)[1]) or (month, day) == (2, 29):
        raise Refused(
            "fiscal_day_invalid",
            "A fiscal year begins on a day that every year has, such as 1 January or 6 April. "
            "Nothing was changed. Choose such a day.",
        )
    return month, day
