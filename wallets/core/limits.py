"""How much may move: caps as data, in whole units of each currency.

A static code can be swapped by a stranger, so what it takes is capped per payment and per payer
and day (design: qr.md section 1); lower until an operator has reviewed the shop.
"""

from dataclasses import dataclass

from wallets.core.money import exponent


@dataclass(frozen=True, slots=True)
class Caps:
    """All in minor units of one currency."""

    static_payment: int
    static_day: int
    one_time_payment: int
    top_up: int


# currency: static payment, static day, one-time payment, top-up
_REVIEWED: dict[str, tuple[int, int, int, int]] = {
    "EUR": (50, 150, 1_000, 1_000),
    "USD": (50, 150, 1_000, 1_000),
    "GBP": (50, 150, 1_000, 1_000),
    "CHF": (50, 150, 1_000, 1_000),
    "CNY": (400, 1_200, 8_000, 8_000),
    "JPY": (8_000, 24_000, 160_000, 160_000),
    "VND": (1_300_000, 4_000_000, 26_000_000, 26_000_000),
}
_OTHER = (50, 150, 1_000, 1_000)


def caps(currency: str, *, reviewed: bool) -> Caps:
    """The caps of a currency; two fifths of them, and no more for orders, before the review."""
    unit = 10 ** exponent(currency)
    payment, day, order, top_up = (whole * unit for whole in _REVIEWED.get(currency, _OTHER))
    if not reviewed:
        return Caps(payment * 2 // 5, day * 2 // 5, payment * 2 // 5, top_up)
    return Caps(payment, day, order, top_up)
