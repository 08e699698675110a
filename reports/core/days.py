"""A period day by day: the rows' sums of each local day, laid out as a line a day, place, currency and tax.

Promise: laying out moves figures from lines of one kind each into columns and loses none: what a day's
columns add up to is what its sums add up to.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from reports.core.totals import FEE_KINDS, PAYOUT_KINDS, TIP_KINDS, Sum


@dataclass(frozen=True, slots=True)
class DaySum:
    """One Sum of one day by the clock of the place.

    tax_name: the tax as it may stand in a cell. sales: sales whose first line is among these rows.
    """

    day: date
    time_zone: str
    tax_name: str
    sales: int
    sum: Sum

    @property
    def key(self) -> tuple[date, str, str, str, str, str, str]:
        part = self.sum
        return self.day, self.time_zone, part.place, part.currency, part.tax, part.rate, part.zero_reason

    @property
    def line(self) -> str:
        """All of it as one line of text, for the digest of a stream."""
        part = self.sum
        figures = (self.sales, part.rows, part.net_minor, part.tax_minor)
        return "|".join(map(str, (*self.key, part.kind, *figures))) + "\n"


@dataclass(frozen=True, slots=True)
class DayRow:
    """One line of the daily summary, minor units. Refunds (negative) stand apart from sales."""

    day: date
    time_zone: str
    place: str
    currency: str
    tax: str
    rate: str
    zero_reason: str
    sales: int
    net_minor: int
    tax_minor: int
    refunds_net_minor: int
    refunds_tax_minor: int
    tips_minor: int
    fees_minor: int
    splits_minor: int
    shares_minor: int
    payouts_minor: int

    @property
    def gross_minor(self) -> int:
        return self.net_minor + self.tax_minor

    @property
    def refunds_gross_minor(self) -> int:
        return self.refunds_net_minor + self.refunds_tax_minor


def by_day(parts: Iterable[DaySum]) -> Iterator[DayRow]:
    """Lay out sums that come in the order of their keys; holds one line's sums at a time."""
    for _, found in groupby(parts, key=lambda part: part.key):
        yield _row(list(found))


def _row(parts: list[DaySum]) -> DayRow:
    first, sums = parts[0], [part.sum for part in parts]

    def net(kinds: Iterable[str]) -> int:
        return sum(part.net_minor for part in sums if part.kind in kinds)

    def tax(kinds: Iterable[str]) -> int:
        return sum(part.tax_minor for part in sums if part.kind in kinds)

    return DayRow(
        day=first.day,
        time_zone=first.time_zone,
        place=first.sum.place,
        currency=first.sum.currency,
        tax=first.tax_name,
        rate=first.sum.rate,
        zero_reason=first.sum.zero_reason,
        sales=sum(part.sales for part in parts),
        net_minor=net(["sale", "correction"]),
        tax_minor=tax(["sale", "correction"]),
        refunds_net_minor=net(["refund"]),
        refunds_tax_minor=tax(["refund"]),
        tips_minor=net(TIP_KINDS),
        fees_minor=net(FEE_KINDS),
        splits_minor=net(["split"]),
        shares_minor=net(["share"]),
        payouts_minor=net(PAYOUT_KINDS),
    )
