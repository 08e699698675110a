"""How a tax amount is cut to minor units: exact fractions up to one single rounding, half up.

Inclusive: tax = round_half_up(gross * r / (100 + r)). Exclusive: tax = round_half_up(net * r / 100).
Several taxes in one price are taken out at their summed rate and shared by the largest remainder.
"""

from collections.abc import Sequence
from fractions import Fraction
from math import lcm

from taxes.core.rates import TaxRate
from wallets.core.money import round_half_up, split_by_weights


def factors(taxes: Sequence[TaxRate]) -> list[Fraction]:
    """Each tax as an exact fraction of the net amount; a compound tax has the earlier ones in its base."""
    found: list[Fraction] = []
    for tax in taxes:
        base = 1 + sum(found, Fraction(0)) if tax.compound else Fraction(1)
        found.append(base * Fraction(tax.rate) / 100)
    return found


def add_on(net_minor: int, taxes: Sequence[TaxRate]) -> list[int]:
    """The taxes on top of a net amount, each rounded half up by itself."""
    return [_rounded(net_minor * factor) for factor in factors(taxes)]


def extract(gross_minor: int, taxes: Sequence[TaxRate]) -> list[int]:
    """The taxes inside a gross amount: one rounding at the summed rate, then shared over the taxes."""
    parts = factors(taxes)
    if not parts:
        return []
    whole = sum(parts, Fraction(0))
    common = lcm(*(part.denominator for part in parts))
    total = _rounded(gross_minor * whole / (1 + whole))
    return split_by_weights(total, [int(part * common) for part in parts])


def _rounded(amount: Fraction) -> int:
    return round_half_up(amount.numerator, amount.denominator)
