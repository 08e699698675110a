"""Tips offered at one tap: shares of the sale, to the nearest minor unit."""

from wallets.core.money import round_half_up

SHARES = (5, 10, 15)  # percent of the sale, tax included


def tip_of(sale_minor: int, percent: int) -> int:
    """`percent` of a sale in minor units, half up: 10 % of 8.45 is 0.85."""
    assert sale_minor >= 0 and percent >= 0, (sale_minor, percent)
    return round_half_up(sale_minor * percent, 100)


def share_of(tip_minor: int, sale_minor: int) -> int | None:
    """The offered share that makes this tip, 0 for none, or None for an amount of the payer's own."""
    return next((share for share in (0, *SHARES) if tip_of(sale_minor, share) == tip_minor), None)
