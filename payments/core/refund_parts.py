"""What goes back when somebody asks for all, for an amount, or for some lines of a sale.

Promise: one decision for the page that asks and for the flow that does it. Lines are counted from 1 as on the
receipt, the tip is line 0. Never more than is left of a line; pieces given back one by one add up to it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from base.core.errors import Refused
from taxes.core.lines import TaxedLine
from taxes.core.refunds import refund_each, refund_lines
from wallets.core.money import round_half_up

TIP_LINE = 0


@dataclass(frozen=True, slots=True)
class LineBack:
    """One line that goes back: so much of it, so many pieces of it, or (neither) all that is left of it."""

    number: int
    amount_minor: int | None = None
    quantity: int | None = None


def parts_back(
    sold: Sequence[TaxedLine],
    left: Sequence[TaxedLine],
    *,
    amount_minor: int | None = None,
    lines: Sequence[LineBack] = (),
) -> tuple[TaxedLine, ...]:
    """The lines of a refund, in the sale's order with zeros; sold and left have the tip as their last line.

    Refused: nothing_left 409; refund_contradiction (an amount and lines); lines_invalid (unknown, or twice);
    quantity_invalid; nothing_left_of_line 409 (fact `line`); amount_invalid; refund_too_large 409.
    """
    left_minor = sum(line.gross_minor for line in left)
    if left_minor == 0:
        raise Refused("nothing_left", "All of this payment has gone back already.", status=409)
    if not lines:
        return refund_lines(left, left_minor if amount_minor is None else amount_minor)
    if amount_minor is not None:
        raise Refused("refund_contradiction", "Choose lines or one amount, not both. Nothing went back.")
    positions = {line.number: _position(line, left) for line in lines}
    if len(positions) < len(lines):
        raise Refused("lines_invalid", "A line was chosen twice. Nothing went back.")
    wanted = {positions[line.number]: _amount(line, sold, left, positions[line.number]) for line in lines}
    back = list(refund_each(left, wanted))
    for line in lines:
        if line.quantity is not None:
            position = positions[line.number]
            back[position] = replace(back[position], quantity=line.quantity)
    return tuple(back)


def _position(line: LineBack, left: Sequence[TaxedLine]) -> int:
    if not 0 <= line.number < len(left):
        raise Refused("lines_invalid", "There is no such line in this sale. Nothing went back.")
    return (line.number or len(left)) - 1


def _amount(line: LineBack, sold: Sequence[TaxedLine], left: Sequence[TaxedLine], position: int) -> int:
    whole, rest = sold[position], left[position].gross_minor
    if rest == 0:
        raise Refused(
            "nothing_left_of_line",
            f"All of “{whole.description}” has gone back already. Nothing went back now.",
            status=409,
            line=line.number,
        )
    if line.quantity is None:
        return rest if line.amount_minor is None else line.amount_minor
    if line.amount_minor is not None or not 0 < line.quantity <= whole.quantity:
        raise Refused("quantity_invalid", f"Give back 1 to {whole.quantity} pieces. Nothing went back.")
    exact = round_half_up(whole.gross_minor * line.quantity, whole.quantity)
    # Each piece was rounded by half a unit at most: the last one takes what that left, or does without it.
    off = abs(rest - exact)
    return rest if 2 * off <= whole.quantity and 2 * off * whole.quantity < whole.gross_minor else exact
