"""How much may move: caps of codes, and limits of wallets by tier; data, in whole units of each currency.

A static code can be swapped by a stranger, so what it takes is capped per payment and per payer
and day (design: qr.md section 1); lower until an operator has reviewed the shop. A wallet whose owner
nobody has identified is held to what Directive (EU) 2018/843 article 1(7) leaves anonymous e-money:
150 EUR stored, 150 EUR a month, 50 EUR for one remote payment.
"""

from dataclasses import dataclass
from datetime import date

from base.core.errors import Refused
from wallets.core.money import exponent, format_minor


@dataclass(frozen=True, slots=True)
class Caps:
    """All in minor units of one currency."""

    static_payment: int
    static_day: int
    one_time_payment: int
    top_up: int


@dataclass(frozen=True, slots=True)
class Limits:
    """What one wallet may spend at once, in a calendar day and month (UTC), and hold; minor units."""

    payment: int
    day: int
    month: int
    holding: int


@dataclass(frozen=True, slots=True)
class Small:
    """What may be paid without a PIN of its own since the last one; minor units, and how many payments."""

    payment: int
    total: int
    count: int


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

BASIC, VERIFIED = "basic", "verified"
# tier: payment, day, month, holding, as for one euro. `verified` has no law behind it: it bounds what
# a stolen phone can cost.
TIERS: dict[str, Limits] = {
    BASIC: Limits(payment=50, day=150, month=150, holding=150),
    VERIFIED: Limits(payment=5_000, day=15_000, month=50_000, holding=100_000),
}
# (EU) 2018/389 article 16 leaves 30 EUR each, and 100 EUR or five payments since the last strong yes; here
# both bounds hold. As for one euro.
SMALL = Small(payment=30, total=100, count=5)
# What stands for one euro in the tables above; one unit for every currency that is not named.
_FOR_ONE_EURO = {"CNY": 8, "JPY": 160, "VND": 26_000}


def caps(currency: str, *, reviewed: bool) -> Caps:
    """The caps of a currency; two fifths of them, and no more for orders, before the review."""
    unit = 10 ** exponent(currency)
    payment, day, order, top_up = (whole * unit for whole in _REVIEWED.get(currency, _OTHER))
    if not reviewed:
        return Caps(payment * 2 // 5, day * 2 // 5, payment * 2 // 5, top_up)
    return Caps(payment, day, order, top_up)


def limits(currency: str, *, tier: str) -> Limits:
    """A tier's limits in minor units of a currency. Refused: currency_unknown."""
    unit = 10 ** exponent(currency) * _FOR_ONE_EURO.get(currency, 1)
    row = TIERS[tier]
    return Limits(row.payment * unit, row.day * unit, row.month * unit, row.holding * unit)


def small(currency: str) -> Small:
    """The small-amount limits in minor units of a currency. Refused: currency_unknown."""
    unit = 10 ** exponent(currency) * _FOR_ONE_EURO.get(currency, 1)
    return Small(SMALL.payment * unit, SMALL.total * unit, SMALL.count)


def check_spending(
    *, tier: str, currency: str, amount_minor: int, day_minor: int, month_minor: int, day: date
) -> None:
    """Refuse a debit that a wallet's tier does not allow; the totals include this very debit.

    The month is looked at before the day: who is told "tomorrow" must not be refused again tomorrow.
    Raises Refused("over_limit", 409, cap_minor=..., period="payment" | "month" | "day").
    """
    most = limits(currency, tier=tier)
    if amount_minor > most.payment:
        raise over_limit("payment", tier=tier, currency=currency, day=day)
    if month_minor > most.month:
        raise over_limit("month", tier=tier, currency=currency, day=day)
    if day_minor > most.day:
        raise over_limit("day", tier=tier, currency=currency, day=day)


def check_holding(*, tier: str, currency: str, balance_minor: int) -> None:
    """Refuse what would leave more in a wallet than its tier may hold.

    Raises Refused("wallet_full", 409, cap_minor=...).
    """
    cap_minor = limits(currency, tier=tier).holding
    if balance_minor > cap_minor:
        raise Refused(
            "wallet_full",
            f"The most that this wallet may hold is {format_minor(cap_minor, currency)} {currency}. "
            f"Nothing was added. {_MORE[tier]}",
            status=409,
            cap_minor=cap_minor,
        )


_SPOKEN = {
    "payment": "The most for one payment from your wallet is",
    "month": "The most that your wallet may spend in a calendar month is",
    "day": "The most that your wallet may spend in a day is",
}
_MORE = {
    BASIC: "Ask our support to verify who you are: then it may be more.",
    VERIFIED: "Ask our support if you need more.",
}


def over_limit(period: str, *, tier: str, currency: str, day: date) -> Refused:
    """What is said above a limit, and when there is more again. period: payment, day or month; day: UTC."""
    cap_minor = getattr(limits(currency, tier=tier), period)
    again = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    way = {
        "payment": "Choose a smaller amount",
        "month": f"It begins anew on {again.day} {again:%B} (UTC)",
        "day": "It begins anew at midnight UTC",
    }[period]
    return Refused(
        "over_limit",
        f"{_SPOKEN[period]} {format_minor(cap_minor, currency)} {currency}. Nothing was taken. "
        f"{way}. {_MORE[tier]}",
        status=409,
        cap_minor=cap_minor,
        period=period,
    )
