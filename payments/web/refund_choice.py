"""What somebody chose to give back of a payment: all, an amount, or some lines; from an address or a form.

Promise: the same fields in both, so that what a page has shown is what its button sends. Nothing is guessed:
what cannot be read is refused with words for the page.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import QueryDict

from base.core.errors import Refused
from payments.core.refund_parts import TIP_LINE, LineBack
from payments.queries.refunds import LineLeft
from taxes.core.rates import ZERO_REASONS, rate_label
from wallets.core.money import parse_amount
from wallets.core.money_text import display

MOST_LINES = 60
_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Choice:
    """fields: the same choice as names and values, for hidden inputs; none: all that is left."""

    amount_minor: int | None = None
    lines: tuple[LineBack, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line to choose: what is left of it, what that carries. pieces: how many were asked for."""

    number: int
    text: str
    amount: str
    carries: str
    quantity: int
    checked: bool
    pieces: str


def read_choice(said: QueryDict, currency: str) -> Choice:
    """Refused: lines_invalid, quantity_invalid, amount_invalid, refund_contradiction."""
    numbers, amount = said.getlist("line"), said.get("amount", "")
    if not numbers:
        if not amount:
            return Choice()
        return Choice(parse_amount(amount, currency), fields=(("amount", amount),))
    if amount:
        raise Refused("refund_contradiction", "Choose lines or one amount, not both. Nothing went back.")
    if len(numbers) > MOST_LINES:
        raise Refused("lines_invalid", "These are too many lines. Nothing went back.")
    lines, fields = [], []
    for text in numbers:
        pieces = said.get(f"pieces_{text}", "")
        quantity = (
            _whole(pieces, "quantity_invalid", "Write the pieces as a plain number.") if pieces else None
        )
        lines.append(
            LineBack(_whole(text, "lines_invalid", "There is no such line in this sale."), None, quantity)
        )
        fields += [("line", text)] + ([(f"pieces_{text}", pieces)] if pieces else [])
    return Choice(lines=tuple(lines), fields=tuple(fields))


def line_rows(left: Sequence[LineLeft], said: QueryDict, currency: str) -> list[LineRow]:
    """The lines to choose from, with what was chosen before."""
    chosen = said.getlist("line")
    return [
        LineRow(
            number=line.number,
            text=f"{line.sold.quantity} × {line.sold.description}"
            if line.sold.quantity > 1
            else line.sold.description,
            amount=display(line.left.gross_minor, currency, "en"),
            carries=_carries(line, currency),
            quantity=line.sold.quantity,
            checked=str(line.number) in chosen,
            pieces=said.get(f"pieces_{line.number}", "")[:_DIGITS],
        )
        for line in left
    ]


def _carries(line: LineLeft, currency: str) -> str:
    """ "VAT 19 %: 1.90", or why there is no tax."""
    if line.number == TIP_LINE:
        return ""
    if line.left.zero_reason:
        return ZERO_REASONS.get(line.left.zero_reason, line.left.zero_reason)
    return ", ".join(
        f"{tax.tax} {rate_label(tax.rate)}: {display(tax.amount_minor, currency, 'en')}"
        for tax in line.left.taxes
    )


def _whole(text: str, code: str, message: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS):
        raise Refused(code, f"{message} Nothing went back.")
    return int(text)
