"""A payout as pages show it: its state in words, and what it was taken from."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from merchants.core.places import place_name
from payments.core.payouts import Part
from payments.models import Payout, TaxRelease
from payments.queries.payouts import order_of
from taxes.core.rates import rate_label

PILLS = {"ordered": "info", "sent": "info", "paid": "paid", "returned": "danger"}
SAYS = {
    "ordered": "It waits for the next round to the bank.",
    "sent": "The bank has the order and has not said yet that it is done.",
    "paid": "The bank has carried it out.",
    "returned": "The bank sent it back. The money is with us, where it was before.",
}
NAMES = {"payable": "Sales, without tax, tips and fee", "tips": "Tips"}


@dataclass(frozen=True, slots=True)
class PartRow:
    """One source of the money, as its owner knows it."""

    text: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class PayoutRow:
    """A payout with its bank account."""

    payout: Payout

    @property
    def pill(self) -> str:
        return PILLS[self.payout.state]

    @property
    def says(self) -> str:
        return SAYS[self.payout.state]

    @property
    def parts(self) -> tuple[Part, ...]:
        return order_of(self.payout).parts


def part_rows(parts: Iterable[Part]) -> list[PartRow]:
    """ "Tax set aside, DE VAT 19 %" and the like, in the order in which it is taken."""
    return [PartRow(_name(part), part.amount_minor) for part in parts]


@dataclass(frozen=True, slots=True)
class FencedRow:
    """Tax of one place that stays here: its name, its parts, their sum."""

    place: str
    name: str
    parts: list[PartRow]

    @property
    def amount_minor(self) -> int:
        return sum(part.amount_minor for part in self.parts)


def fenced_rows(parts: Iterable[Part]) -> list[FencedRow]:
    """What stays, place by place, by their names."""
    places: dict[str, list[Part]] = {}
    for part in parts:
        places.setdefault(part.account.place, []).append(part)
    rows = [FencedRow(place, place_name(place), part_rows(found)) for place, found in places.items()]
    return sorted(rows, key=lambda row: row.name)


@dataclass(frozen=True, slots=True)
class ReleaseRow:
    """A release with its place and period in words."""

    release: TaxRelease

    @property
    def name(self) -> str:
        return place_name(self.release.place)

    @property
    def says(self) -> str:
        if self.release.to == TaxRelease.To.AUTHORITY:
            return "We sent it to the authority."
        if self.release.period:
            return f"Filed: {self.release.period} and before"
        return "Filed: all that stood here"

    @property
    def by(self) -> str:
        """Who said so; operators are not named to shops."""
        return "us" if self.release.to == TaxRelease.To.AUTHORITY else self.release.ordered_by.email


def release_rows(releases: Iterable[TaxRelease]) -> list[ReleaseRow]:
    """Releases for the page of the payouts."""
    return [ReleaseRow(release) for release in releases]


def _name(part: Part) -> str:
    if part.kind != "tax":
        return NAMES[part.kind]
    place, name, rate = part.account.code.split(":")[4:7]
    return f"Tax set aside, {place} {name} {rate_label(Decimal(rate))}"
