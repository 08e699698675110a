"""Our fee on a sale."""

from wallets.core.money import share_ppm


def sale_fee(*, total_minor: int, net_minor: int, rate_ppm: int) -> int:
    """The fee in minor units, half up, on what the payer pays (tip included).

    Never more than the sale's net: tax and tips are not ours to take from, so a tiny sale with a
    large tip pays a smaller fee instead of leaving the merchant below zero.
    """
    return min(share_ppm(total_minor, rate_ppm), net_minor)
