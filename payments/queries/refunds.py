"""What can still go back of a payment, and what a refund would give back of each line.

Promise: the page that asks and the flow that does it read it here, so they say the same to the cent.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from payments.core.pricing import tip_line
from payments.core.refund_parts import TIP_LINE, LineBack, parts_back
from payments.models import Payment
from payments.queries.left import left_of_payment
from taxes.core.lines import TaxedLine, TaxedSale, total_up


@dataclass(frozen=True, slots=True)
class Back:
    """What would go back: the sale's part with each tax, and the tip; in minor units."""

    sale: TaxedSale
    tip_minor: int

    @property
    def total_minor(self) -> int:
        return self.sale.gross_minor + self.tip_minor


@dataclass(frozen=True, slots=True)
class LineLeft:
    """A line as sold, and what is left of it. number: as on the receipt; 0 is the tip."""

    number: int
    sold: TaxedLine
    left: TaxedLine


def left_lines_of(payment: Payment) -> tuple[tuple[TaxedLine, ...], tuple[TaxedLine, ...]]:
    """The lines as sold and what is left of each, both with the tip as the last line; one query."""
    found = left_of_payment(payment)
    return (*found.sold, tip_line(payment.tip_minor)), (*found.left, tip_line(found.tip_minor))


def refund_parts_of(
    payment: Payment, *, amount_minor: int | None = None, lines: Sequence[LineBack] = ()
) -> tuple[TaxedLine, ...]:
    """What a refund gives back now of each line, and of the tip as the last; one query. Refused: as
    `parts_back`."""
    sold, left = left_lines_of(payment)
    return parts_back(sold, left, amount_minor=amount_minor, lines=lines)


def lines_left(sold: Sequence[TaxedLine], left: Sequence[TaxedLine]) -> list[LineLeft]:
    """The lines of which something is left to give back, and the tip; from what `left_lines_of` read."""
    numbers = [*range(1, len(sold)), TIP_LINE]
    rows = zip(numbers, sold, left, strict=True)
    return [LineLeft(number, was, rest) for number, was, rest in rows if rest.gross_minor]


def back_of(parts: Sequence[TaxedLine]) -> Back:
    """A refund's parts as a page names them: lines with something in them, and the tip."""
    *lines, tip = parts
    return Back(total_up(line for line in lines if line.gross_minor), tip.gross_minor)
