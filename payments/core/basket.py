"""A basket at the counter: what was tapped and typed, a discount, and the priced lines of the order.

Promise: no line is below zero or above its price, and they add up to the sum less the discount, to the cent.
A discount is spread in proportion before tax is worked out, so every rate carries its share of it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from base.core.errors import Refused
from taxes.core.lines import spread_discount
from wallets.core.money import PPM, format_minor, parse_amount, share_ppm
from wallets.core.money_text import MINUS

# 0.01 % to 99.99 %; [0-9], because \d takes other alphabets' digits too.
_PERCENT = re.compile(r"\A([0-9]{1,2})(?:[.,]([0-9]{1,2}))? ?%\Z")


@dataclass(frozen=True, slots=True)
class Tapped:
    """An item, so many times. seen_minor: the price that was shown; only compared, never charged."""

    item: UUID
    quantity: int
    seen_minor: int


@dataclass(frozen=True, slots=True)
class Typed:
    """An amount from the keypad, so many times, of one tax category."""

    category: str
    amount_minor: int
    quantity: int = 1


@dataclass(frozen=True, slots=True)
class Discount:
    """A part of the whole order in millionths, or an amount as the shop prices; never both."""

    ppm: int = 0
    amount_minor: int = 0

    def of(self, sum_minor: int) -> int:
        """What it takes off a sum, a part half up."""
        return share_ppm(sum_minor, self.ppm) if self.ppm else self.amount_minor


@dataclass(frozen=True, slots=True)
class Basket:
    """What was asked for, before anything was priced."""

    lines: tuple[Tapped | Typed, ...]
    discount: Discount = Discount()


@dataclass(frozen=True, slots=True)
class Entry:
    """A line with its price: unit_minor for one piece, as the shop prices."""

    description: str
    category: str
    unit_minor: int
    quantity: int = 1


def read_discount(text: str, currency: str) -> Discount:
    """ "10 %", "12.5%" or an amount such as "1.50"; "" is none. Refused: discount_invalid (400, `field`)."""
    if not text:
        return Discount()
    if percent := _PERCENT.match(text):
        ppm = int(percent[1] + (percent[2] or "").ljust(2, "0")) * (PPM // 10_000)
        if ppm:
            return Discount(ppm=ppm)
    else:
        try:
            return Discount(amount_minor=parse_amount(text, currency))
        except Refused:
            pass
    message = "Write a discount as a part, such as 10 %, or as an amount in plain digits."
    raise Refused("discount_invalid", message, field="discount")


def order_lines(entries: Sequence[Entry], discount: Discount, *, currency: str) -> list[dict[str, Any]]:
    """The lines of a one-time code: {"description", "category", "amount_minor"}, "quantity" above one, and
    "discount_minor" where the discount took something, which the description says too.

    Refused: discount_too_large, nothing_to_pay (400, `field`).
    """
    amounts = [entry.unit_minor * entry.quantity for entry in entries]
    off = discount.of(sum(amounts))
    if off > sum(amounts):
        message = "This discount is larger than the order. No code was made. Make it smaller."
        raise Refused("discount_too_large", message, field="discount")
    if off and off == sum(amounts):
        message = "With this discount nothing is left to pay. No code was made. Make it smaller."
        raise Refused("nothing_to_pay", message, field="discount")
    left = spread_discount(amounts, off)
    return [
        _line(entry, amount, now, currency) for entry, amount, now in zip(entries, amounts, left, strict=True)
    ]


def _line(entry: Entry, amount: int, now: int, currency: str) -> dict[str, Any]:
    line: dict[str, Any] = {
        "description": entry.description,
        "category": entry.category,
        "amount_minor": now,
    }
    if entry.quantity > 1:
        line["quantity"] = entry.quantity
    if off := amount - now:
        line["discount_minor"] = off
        line["description"] += f" ({MINUS}{format_minor(off, currency)})"
    return line
