"""When a period may be closed, and which one comes next.

The periods of a business are one chain: the first may be any that is over, each other begins at the instant
at which the last one ended, by the same clock. Moments are arguments.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from base.core.errors import Refused
from reports.core.periods import (
    Period,
    back_from,
    before,
    days,
    month_of,
    months_back,
    quarter_of,
    year,
)
from reports.core.totals import ByCurrency, Sum, Totals

# What was decided in the last seconds of a period is written and settled by then.
REST = timedelta(minutes=10)
# A request to open a period again that nobody agrees to is over then.
REQUEST_LIFE = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class LedgerState:
    """What the ledger holds of a period: how many journals, the newest one's id, SHA-256 over all, in hex."""

    journals: int
    head: UUID | None
    sha256: str


@dataclass(frozen=True, slots=True)
class ListedChange:
    """An exception as a closing listed it. period, closing: where it stands; concerns: what it changes."""

    period: str
    closing: int
    concerns: str
    journal: UUID
    kind: str
    payment: UUID | None
    happened_at: datetime
    currency: str
    amount_minor: int
    tax_minor: int

    @property
    def line(self) -> str:
        """All of it as one line, for a digest."""
        when = self.happened_at.astimezone(UTC).isoformat()
        what = (self.period, self.closing, self.concerns, self.journal, self.kind, self.payment or "", when)
        return ",".join(map(str, (*what, self.currency, self.amount_minor, self.tax_minor))) + "\n"


@dataclass(frozen=True, slots=True)
class Waiting:
    """What is still to be booked in a period: payments not settled, and parts of partners' sales."""

    payments: int
    shares: int


@dataclass(frozen=True, slots=True)
class Figures:
    """A period as it would be closed. differences: where rows and ledger disagree, best none."""

    sums: list[Sum]
    totals: Totals
    ledger: LedgerState
    differences: list[str]


def check_next(period: Period, *, last_end: datetime | None, now: datetime) -> None:
    """Refused: period_out_of_order, period_not_over (409)."""
    if last_end is not None and period.starts_at != last_end:
        raise Refused(
            "period_out_of_order",
            "Periods are closed one after the other, without a gap. Close the one that follows the last.",
            status=409,
        )
    if now < period.ends_at + REST:
        raise Refused(
            "period_not_over",
            "This period is not over. It can be closed ten minutes after its end.",
            status=409,
        )


def check_settled(waiting: Waiting) -> None:
    """Refused: period_not_settled 409."""
    if waiting.payments or waiting.shares:
        raise Refused(
            "period_not_settled",
            f"{waiting.payments + waiting.shares} payments or parts of this period are still to be booked. "
            "That takes seconds: try again then. Nothing was closed.",
            status=409,
            payments=waiting.payments,
            shares=waiting.shares,
        )


def check_filed_on(period: Period, filed_on: date, *, now: datetime) -> None:
    """Days are by the period's clock, where it may be tomorrow already. Refused: filed_on_invalid 400."""
    if not period.last_day < filed_on <= now.astimezone(ZoneInfo(period.time_zone)).date():
        raise Refused(
            "filed_on_invalid",
            "Name the day on which it was filed: after the period, and not to come.",
            field="filed_on",
        )


def next_periods(*, last_end: datetime | None, now: datetime, time_zone: str) -> list[Period]:
    """What may be closed next, the likeliest first: those that are over, of each kind that fits."""
    found = _firsts(now, time_zone) if last_end is None else _followers(last_end, time_zone)
    return [period for period in found if period.ends_at + REST <= now]


def _firsts(now: datetime, zone: str) -> Iterator[Period]:
    """Before anything is closed: the last year's quarters and months, and the last two years."""
    yield from back_from(before(quarter_of(now, zone)), 4)
    yield from months_back(before(month_of(now, zone)).starts_at, zone, 12)
    this_year = month_of(now, zone).first_day.year
    yield from (year(number, zone) for number in (this_year - 1, this_year - 2))


def _followers(start: datetime, zone: str) -> Iterator[Period]:
    month = month_of(start, zone)
    kinds = [quarter_of(start, zone), month, year(month.first_day.year, zone)]
    fitting = [period for period in kinds if period.starts_at == start]
    if fitting:
        yield from fitting
    else:  # the last one ended inside a month
        first = days(month.first_day, month.last_day, zone)
        begun = next(day for day in _days(first) if day.starts_at == start)
        yield days(begun.first_day, month.last_day, zone)


def _days(period: Period) -> Iterator[Period]:
    day = period.first_day
    while day <= period.last_day:
        yield days(day, day, period.time_zone)
        day += timedelta(days=1)


def kept_taxes(totals: Totals) -> list[list[str | int]]:
    """The taxes of totals as JSON keeps them, sorted."""
    return [[*key, minor] for key, minor in sorted(totals.taxes.items())]


def read_totals(rows: int, columns: dict[str, ByCurrency], taxes: Iterable[list[str | int]]) -> Totals:
    """What was kept, as it was."""
    read = {(str(cur), str(place), str(tax), str(rate)): int(minor) for cur, place, tax, rate, minor in taxes}
    return Totals(rows, columns, read)
