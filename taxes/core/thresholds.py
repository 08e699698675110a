"""Thresholds of turnover: dated data, the span of months that each one counts, and how far a shop is.

Promise: an amount is data with a source and with dates, never a constant in code. Turnover is counted by
months of the place's own calendar. A span has a label, and a notice is given once for threshold, label and
level. Nothing here says what somebody must do: it says how much was sold, and what it is compared with.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

# Which months are counted. The three of a calendar year differ in the year that they decide.
YEARS_LATER = {"calendar_year": 0, "previous_year": 1, "second_year_before": 2, "financial_year_april": 0}
ROLLING = ("rolling_12_months", "rolling_4_quarters")
PERIODS = (*YEARS_LATER, *ROLLING)
# What is counted. taxable: without exempt sales; all: with them; payments: all that was paid, before refunds.
NOT_AT_A_COUNTER = "not_at_a_counter"
BASES = ("taxable_net", "taxable_gross", "all_net", "all_gross", "payments", NOT_AT_A_COUNTER)
NEAR, REACHED = 80, 100
LEVELS = (NEAR, REACHED)
# Of a year that has ended notices are still given for so long: the last day's sales, and a clock that stood.
LATE = timedelta(days=62)
UNION = "EU"
STATES_OF_THE_UNION = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()  # noqa: SIM905
)


@dataclass(frozen=True, slots=True)
class Threshold:
    """A row of the table, in force on days `valid_from` ≤ day < `valid_to`.

    amount_minor: of `currency`. payments: a number that has to be reached as well, 0 for none.
    """

    code: str
    country: str
    title: str
    period: str
    basis: str
    amount_minor: int
    currency: str
    payments: int
    valid_from: date
    valid_to: date | None
    meaning: str
    source: str

    def in_force(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or on < self.valid_to)


@dataclass(frozen=True, slots=True)
class Span:
    """Months that are counted: from the first day to the day `after` them. label: "2026", "2026/27"."""

    label: str
    first: date
    after: date
    running: bool


@dataclass(frozen=True, slots=True)
class MonthTurnover:
    """What was sold in one country, month (its first day) and currency, minor units, less refunds.

    paid_minor and payments: what payers paid, tips too, before refunds, and in how many payments.
    """

    country: str
    month: date
    currency: str
    taxable_net_minor: int
    exempt_net_minor: int
    tax_minor: int
    paid_minor: int
    payments: int


@dataclass(frozen=True, slots=True)
class Reading:
    """How far one threshold is in one span. elsewhere: turnover of other currencies, which is not counted.

    taxed: whether sales of the span carry tax, so that the shop may be registered already.
    """

    threshold: Threshold
    span: Span
    turnover_minor: int
    payments: int
    elsewhere: tuple[tuple[str, int], ...]
    taxed: bool

    @property
    def percent(self) -> int:
        """Rounded down; where payments count as well, the smaller of the two shares."""
        share = 100 * max(self.turnover_minor, 0) // self.threshold.amount_minor
        return (
            min(share, 100 * self.payments // self.threshold.payments) if self.threshold.payments else share
        )

    @property
    def level(self) -> int:
        """The highest level that is reached: 0, NEAR or REACHED."""
        return max((level for level in LEVELS if self.percent >= level), default=0)


def spans(period: str, on: date) -> tuple[Span, ...]:
    """The span in which a day falls, and of years those before it that still decide one; newest first."""
    if period == "rolling_12_months":
        return (_months(str(on.year), _first(on), -11, 12, on),)
    if period == "rolling_4_quarters":
        quarter = date(on.year, 3 * ((on.month - 1) // 3) + 1, 1)
        return (_months(str(on.year), quarter, -9, 12, on),)
    assert period in YEARS_LATER, period
    begins = 4 if period == "financial_year_april" else 1
    number = on.year if on.month >= begins else on.year - 1
    years = range(number, number - 1 - max(YEARS_LATER[period], 1), -1)
    return tuple(_months(_label(year, begins), date(year, begins, 1), 0, 12, on) for year in years)


def watched(table: Iterable[Threshold], countries: Iterable[str], on: date) -> list[tuple[Threshold, Span]]:
    """What is to be read on a day for a shop that sells in these countries, in the table's order.

    A threshold must be in force in the year that its span decides, and a rolling one on the day itself. Those
    of the Union concern whoever sells in two of its states.
    """
    here = set(countries)
    if len(here & STATES_OF_THE_UNION) > 1:
        here.add(UNION)
    rows = [row for row in table if row.country in here and row.basis != NOT_AT_A_COUNTER]
    return [
        (row, span) for row in rows for span in spans(row.period, on) if row.in_force(_decided(row, span, on))
    ]


def unmeasured(table: Iterable[Threshold], countries: Iterable[str], on: date) -> list[Threshold]:
    """Thresholds of these countries that no sale at a counter counts towards."""
    here = set(countries)
    return [
        row
        for row in table
        if row.basis == NOT_AT_A_COUNTER and row.in_force(on)
        and (row.country in here or (row.country == UNION and here & STATES_OF_THE_UNION))
    ]  # fmt: skip


def read(threshold: Threshold, span: Span, turnover: Iterable[MonthTurnover]) -> Reading:
    """Add up the months of a span. Months of other countries and other times are left aside."""
    months = [
        row for row in turnover if _counts(threshold, row.country) and span.first <= row.month < span.after
    ]
    own = [row for row in months if row.currency == threshold.currency]
    others = sorted({row.currency for row in months} - {threshold.currency})
    return Reading(
        threshold,
        span,
        _sum(threshold.basis, own),
        sum(row.payments for row in own),
        tuple(
            (code, _sum(threshold.basis, [row for row in months if row.currency == code])) for code in others
        ),
        any(row.tax_minor for row in months),
    )


def to_tell(reading: Reading, on: date) -> tuple[int, ...]:
    """The levels of which notice is due, lowest first; none for a year that ended long ago."""
    if on > reading.span.after + LATE:
        return ()
    return tuple(level for level in LEVELS if level <= reading.level)


def earliest(on: date) -> date:
    """The first day that any span of a day may count."""
    return date(on.year - 2, 1, 1)


def _decided(row: Threshold, span: Span, on: date) -> date:
    """The day whose law counts: today, the end of a year that is over, the start of a year to come."""
    years = YEARS_LATER.get(row.period, 0)
    if years:
        return span.first.replace(year=span.first.year + years)
    return on if span.running else span.after - timedelta(days=1)


def _counts(threshold: Threshold, country: str) -> bool:
    return country in STATES_OF_THE_UNION if threshold.country == UNION else country == threshold.country


def _sum(basis: str, months: Sequence[MonthTurnover]) -> int:
    if basis == "payments":
        return sum(row.paid_minor for row in months)
    scope, figure = basis.split("_")
    total = sum(row.taxable_net_minor for row in months)
    total += sum(row.exempt_net_minor for row in months) if scope == "all" else 0
    return total + (sum(row.tax_minor for row in months) if figure == "gross" else 0)


def _months(label: str, start: date, shift: int, count: int, on: date) -> Span:
    first = _moved(start, shift)
    after = _moved(first, count)
    return Span(label, first, after, on < after)


def _moved(day: date, months: int) -> date:
    years, zero_based = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(years, zero_based + 1, 1)


def _first(day: date) -> date:
    return day.replace(day=1)


def _label(year: int, begins: int) -> str:
    return str(year) if begins == 1 else f"{year}/{(year + 1) % 100:02d}"
