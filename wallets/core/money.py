"""Money as integer minor units: reading what people type, writing it for machines, sharing it out.

Promise: nothing here rounds silently. Parts always add up to the whole, halves go away from zero
(commercial rounding, not banker's), and text that is not plainly an amount is refused in words.
Numbers for people's eyes are made in `money_text`; the exponents come from our own ISO 4217 table.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from base.core.errors import Refused
from wallets.core.currencies import CURRENCIES

MAX_MINOR = 10**12
PPM = 1_000_000

_MAX_DIGITS = len(str(MAX_MINOR))
# [0-9], never \d: \d also takes full-width and Arabic digits, as int() and Decimal() do.
_AMOUNT = re.compile(r"\A([0-9]+)(?:([.,])([0-9]+))?\Z")


def exponent(currency: str) -> int:
    """The number of minor digits of `currency` ("EUR" 2, "VND" 0, "KWD" 3). Refused: currency_unknown."""
    found = CURRENCIES.get(currency)
    if found is None:
        raise Refused("currency_unknown", "This currency is not known here. Use a code such as EUR or VND.")
    return found.exponent


def parse_amount(text: str, currency: str, *, allow_zero: bool = False) -> int:
    """Read an amount typed by a person or sent by a client; returns minor units of `currency`.

    Accepted: ASCII digits, at most one point, one digit to the currency's exponent behind it ("12", "12.9",
    "12.90" in EUR; "40000" in VND). One decimal comma in place of the point is read too ("12,90"), except
    before exactly three digits: "1,000" is a thousand to some and one dinar to others, so nobody's guess is
    taken. Outer spaces are refused like any other sign; forms strip them before they come here.

    Refused: amount_invalid, amount_too_large (more than 10^12 minor units), currency_unknown.
    """
    digits = exponent(currency)
    match = _AMOUNT.match(text) if isinstance(text, str) else None
    if match is None:
        raise _invalid(f"Write the amount with plain digits, such as {_example(digits)}.")
    whole, mark, fraction = match.group(1), match.group(2), match.group(3) or ""
    if fraction and digits == 0:
        raise _invalid(f"{currency} has no decimals. Write whole units, such as {_example(digits)}.")
    if mark == "," and len(fraction) == 3:
        raise _invalid("Leave out the thousands mark; write decimals with a point.")
    if len(fraction) > digits:
        raise _invalid(f"{currency} has {digits} decimals at most, such as {_example(digits)}.")
    minor_text = (whole + fraction.ljust(digits, "0")).lstrip("0") or "0"
    # The length first: int() of ten thousand digits is slow, and above 4300 it is an error of its own.
    if len(minor_text) > _MAX_DIGITS or int(minor_text) > MAX_MINOR:
        raise Refused("amount_too_large", "This amount is larger than can be paid here.")
    minor = int(minor_text)
    if minor == 0 and not allow_zero:
        raise _invalid("The amount must be more than zero.")
    return minor


def format_minor(minor: int, currency: str) -> str:
    """The plain machine form for CSV, JSON and form fields: "12.90", "-0.06", "40000"; never grouped."""
    digits = exponent(currency)
    sign, text = "-" if minor < 0 else "", str(abs(minor)).rjust(digits + 1, "0")
    return f"{sign}{text}" if digits == 0 else f"{sign}{text[:-digits]}.{text[-digits:]}"


def round_half_up(numerator: int, denominator: int) -> int:
    """numerator / denominator to the nearest integer, halves away from zero (2.5 → 3, -2.5 → -3)."""
    assert denominator > 0, "a fraction of money has a positive denominator"
    rounded = (2 * abs(numerator) + denominator) // (2 * denominator)
    return -rounded if numerator < 0 else rounded


def share_ppm(amount_minor: int, rate_ppm: int) -> int:
    """A fee: `rate_ppm` millionths of the amount, half up. 0.5 % (5,000 ppm) of 12.90 is 0.06."""
    return round_half_up(amount_minor * rate_ppm, PPM)


def split_by_weights(total: int, weights: Sequence[int]) -> list[int]:
    """Share `total` minor units out in proportion to `weights` by the largest remainder.

    The parts add up to `total` exactly; each is the floor of its exact share or one more, so none exceeds its
    weight while |total| ≤ sum(weights). Equal remainders: the earlier part gets the unit. A negative total is
    the mirror of the positive one. Weights are ≥ 0, and not all 0 unless the total is 0.
    """
    if total < 0:
        return [-part for part in split_by_weights(-total, weights)]
    whole = sum(weights)
    assert all(weight >= 0 for weight in weights), "weights are never negative"
    assert whole > 0 or total == 0, "nothing to share money out by"
    if whole == 0:
        return [0] * len(weights)
    shares = [divmod(total * weight, whole) for weight in weights]
    parts = [floor for floor, _ in shares]
    by_remainder = sorted(range(len(shares)), key=lambda i: (-shares[i][1], i))
    for i in by_remainder[: total - sum(parts)]:
        parts[i] += 1
    return parts


@dataclass(frozen=True, slots=True)
class Money:
    """An amount that knows its currency. Adding two currencies is a bug, not an expected no."""

    minor: int
    currency: str

    def __add__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.minor - other.minor, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)

    def __str__(self) -> str:
        return f"{format_minor(self.minor, self.currency)} {self.currency}"

    def _same(self, other: "Money") -> None:
        assert self.currency == other.currency, f"{self.currency} and {other.currency} do not add"


def _invalid(message: str) -> Refused:
    return Refused("amount_invalid", message, status=400)


def _example(digits: int) -> str:
    return "12" if digits == 0 else "12." + "90".ljust(digits, "0")[:digits]
