"""A payout as pages show it: its state in words, and what it was taken from."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from payments.core.payouts import Part
from payments.models import Payout
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


def _name(part: Part) -> str:
    if part.kind != "tax":
        return NAMES[part.kind]
    place, name, rate = part.account.code.split(":")[4:7]
    return f"Tax set aside, {place} {name} {rate_label(Decimal(rate))}"
