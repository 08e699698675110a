"""Tips by share: to the nearest unit, and found again from the amount."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.core.tips import SHARES, share_of, tip_of

MINOR = st.integers(0, 10**12)


@given(MINOR, st.integers(0, 100))
def test_a_tip_is_the_share_half_up(sale_minor: int, percent: int) -> None:
    exact = Decimal(sale_minor) * percent / 100
    assert tip_of(sale_minor, percent) == int(exact.quantize(Decimal(1), ROUND_HALF_UP))


@given(MINOR, st.sampled_from((0, *SHARES)))
def test_the_share_is_found_again(sale_minor: int, percent: int) -> None:
    found = share_of(tip_of(sale_minor, percent), sale_minor)
    assert found is not None and tip_of(sale_minor, found) == tip_of(sale_minor, percent)


def test_examples() -> None:
    assert [tip_of(845, percent) for percent in (0, 5, 10, 15)] == [0, 42, 85, 127]
    assert share_of(85, 845) == 10
    assert share_of(86, 845) is None
    with pytest.raises(AssertionError):
        tip_of(-1, 10)
