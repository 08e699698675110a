"""When the files of a schedule are due, and of which period: pure, by the clock on the shop's wall.

A schedule rings on one day of each month, or of the first month of each quarter, at five in the morning: what
was sold before midnight is settled by then. What is due is the period that has ended last. Promise: from one
due moment the next one follows without a gap, so that after any standstill each period is due exactly once.
"""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from reports.core.periods import MONTH, QUARTER, Period, before, month_of, quarter_of

EVERY = {MONTH: "Every month", QUARTER: "Every quarter"}
FIRST_DAY, LAST_DAY = 1, 28  # a day that every month has
HOUR = 5


def next_due(every: str, day: int, after: datetime, time_zone: str) -> datetime:
    """The first moment later than `after` at which a schedule is due (UTC)."""
    assert every in EVERY, every
    assert FIRST_DAY <= day <= LAST_DAY, day
    zone = ZoneInfo(time_zone)
    local = after.astimezone(zone)
    year, month = local.year, local.month
    while True:
        if every == MONTH or month % 3 == 1:
            due = datetime(year, month, day, HOUR, tzinfo=zone).astimezone(UTC)
            if due > after:
                return due
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)


def period_due(every: str, due_at: datetime, time_zone: str) -> Period:
    """The period that had ended last at a due moment."""
    current = month_of(due_at, time_zone) if every == MONTH else quarter_of(due_at, time_zone)
    return before(current)
