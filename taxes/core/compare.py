"""Our rate table held against what others say: where, when and by what it differs, and what ends soon.

Promise: a claim is compared on every day that it speaks of; days before our rows of a kind begin are told
as a difference only where the claim has a beginning of its own. Pure: the day of the check is an argument.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from taxes.core.rates import OWN_ONLY, DatedRate
from taxes.core.tables import LOWER, STANDARD, Claim, Rates

SOON = timedelta(days=60)
# What ended lately with nothing after it is told for so long: then it was meant.
LATELY = timedelta(days=365)
NO_RATES: Rates = frozenset()
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Difference:
    """Between these days (half-open; both empty: on the file's own day) ours and theirs are not the same."""

    place: str
    kind: str
    valid_from: date | None
    valid_to: date | None
    ours: Rates
    theirs: Rates
    file: str


@dataclass(frozen=True, slots=True)
class Ending:
    """A rate that ends: in `place`, on `on`; then `next_rate`, or nothing and sales are refused."""

    place: str
    category: str
    tax: str
    rate: Decimal
    on: date
    next_rate: Decimal | None


def compare(claims: Iterable[Claim], table: Sequence[DatedRate], *, on: date) -> list[Difference]:
    """All differences as known on a day, sorted; what a file says without an end holds up to that day."""
    here = _by_place(table)
    found = [
        difference
        for claim in claims
        if claim.place in here
        for difference in _differences(claim, here[claim.place], on)
    ]
    # A table may say one thing twice, of two parts of what is one place here.
    return sorted(set(found), key=lambda d: (d.file, d.place, d.kind, d.valid_from or date.min))


def places_without_rows(claims: Iterable[Claim], table: Sequence[DatedRate]) -> list[str]:
    """The places that others have rates for and we have none: nothing is sold there by our table."""
    here = _by_place(table)
    return sorted({claim.place for claim in claims if claim.place not in here})


def endings(table: Sequence[DatedRate], *, on: date) -> list[Ending]:
    """The rates that end within 60 days, and those that ended within a year with nothing after them."""
    found = []
    for row in table:
        if row.valid_to is None or row.category == OWN_ONLY:
            continue
        after = next(
            (other for other in table if _lane(other) == _lane(row) and other.in_force(row.valid_to)), None
        )
        soon = on <= row.valid_to <= on + SOON
        if (soon and (after is None or after.rate != row.rate)) or (
            after is None and on - LATELY <= row.valid_to <= on
        ):
            place = row.region or row.country
            found.append(
                Ending(place, row.category, row.tax, row.rate, row.valid_to, after.rate if after else None)
            )
    return sorted(found, key=lambda ending: (ending.on, ending.place, ending.category, ending.tax))


def _lane(row: DatedRate) -> tuple[str, ...]:
    return row.country, row.region, row.category, row.tax


def _by_place(table: Sequence[DatedRate]) -> Mapping[str, list[DatedRate]]:
    found: dict[str, list[DatedRate]] = {}
    for row in table:
        found.setdefault(row.region or row.country, []).append(row)
    return found


def _differences(claim: Claim, rows: Sequence[DatedRate], on: date) -> list[Difference]:
    last = min(claim.valid_to or on + _DAY, on + _DAY)
    first = claim.valid_from or last - _DAY
    cuts = {day for row in rows for day in (row.valid_from, row.valid_to) if day and first < day < last}
    days = sorted({first, *cuts})
    found: list[Difference] = []
    for begin, end in zip(days, [*days[1:], last], strict=True):
        if begin >= end:
            continue
        ours = _ours(rows, claim.kind, begin)
        undated_history = claim.valid_from is None and not _has_begun(rows, claim.kind, begin)
        if ours == claim.rates or undated_history:
            continue
        if found and found[-1].valid_to == begin and found[-1].ours == ours:
            found[-1] = replace(found[-1], valid_to=end)
        else:
            found.append(Difference(claim.place, claim.kind, begin, end, ours, claim.rates, claim.file))
    return [_as_said(difference, claim, first, last) for difference in found]


def _as_said(difference: Difference, claim: Claim, first: date, last: date) -> Difference:
    """The days as the claim has them: what it leaves open stays open, whatever the day of the check is."""
    begin, end = difference.valid_from, difference.valid_to
    if claim.valid_from is None and begin == first:
        begin = None
    if claim.valid_to is None and end == last:
        end = None
    return replace(difference, valid_from=begin, valid_to=end)


def _has_begun(rows: Sequence[DatedRate], kind: str, on: date) -> bool:
    return any(
        row.valid_from <= on for row in rows if (row.category in (STANDARD, OWN_ONLY)) == (kind == STANDARD)
    )


def _ours(rows: Sequence[DatedRate], kind: str, on: date) -> Rates:
    """Our rates of a kind on a day: several taxes of one category count as their sum."""
    sums: dict[str, Decimal] = {}
    for row in rows:
        if row.in_force(on) and row.category != "zero":
            sums[row.category] = sums.get(row.category, Decimal(0)) + row.rate
    part = sums.pop(OWN_ONLY, None)
    standard = sums.pop(STANDARD, part)
    if kind == LOWER:
        # A category whose reduction is over carries the standard rate.
        return frozenset(sums.values()) - {standard}
    return NO_RATES if standard is None else frozenset([standard])
