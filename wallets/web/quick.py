"""Amounts and currencies offered at one tap, in each currency's own scale."""

from collections.abc import Iterable

from wallets.core.limits import caps

USUAL_CURRENCIES = ("EUR", "USD", "VND", "CNY")


def quick_amounts(currency: str) -> list[int]:
    """Four round amounts in minor units: 10 to 100 in EUR, 100,000 to 1,000,000 in VND.

    The scale comes from the most that one top-up may be: a power of ten about a hundredth of it.
    """
    hundredth = caps(currency, reviewed=True).top_up // 100
    step = 10 ** (len(str(hundredth)) - 1)
    return [step, 2 * step, 5 * step, 10 * step]


def quick_currencies(current: str, owned: Iterable[str]) -> list[str]:
    """The current one, those the person has money in, and the usual ones; each once."""
    return list(dict.fromkeys([current, *owned, *USUAL_CURRENCIES]))
