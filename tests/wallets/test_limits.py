"""Caps are data: for every currency, lower before the review, in minor units."""

import pytest

from base.core.errors import Refused
from wallets.core.currencies import CURRENCIES
from wallets.core.limits import Caps, caps


@pytest.mark.parametrize(
    ("currency", "reviewed", "expected"),
    [
        ("EUR", True, Caps(5_000, 15_000, 100_000, 100_000)),
        ("EUR", False, Caps(2_000, 6_000, 2_000, 100_000)),
        ("VND", True, Caps(1_300_000, 4_000_000, 26_000_000, 26_000_000)),
        ("VND", False, Caps(520_000, 1_600_000, 520_000, 26_000_000)),
        ("JPY", True, Caps(8_000, 24_000, 160_000, 160_000)),
        ("KWD", True, Caps(50_000, 150_000, 1_000_000, 1_000_000)),
    ],
)
def test_caps_by_example(currency: str, reviewed: bool, expected: Caps) -> None:
    assert caps(currency, reviewed=reviewed) == expected


@pytest.mark.parametrize("currency", CURRENCIES)
def test_every_currency_has_caps_in_order(currency: str) -> None:
    known, new = caps(currency, reviewed=True), caps(currency, reviewed=False)
    assert 0 < known.static_payment <= known.static_day <= known.one_time_payment <= known.top_up
    assert 0 < new.static_payment < known.static_payment
    assert new.static_payment == new.one_time_payment <= new.static_day < known.static_day
    assert new.top_up == known.top_up


def test_an_unknown_currency_has_none() -> None:
    with pytest.raises(Refused, match="currency_unknown"):
        caps("XXX", reviewed=True)
