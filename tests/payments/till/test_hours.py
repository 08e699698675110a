"""Bars of a day: side by side, inside the drawing, in proportion."""

from hypothesis import given
from hypothesis import strategies as st

from payments.core.hours import FEWEST, HEIGHT, STEP, WIDTH, bars

DAYS = st.dictionaries(st.integers(0, 23), st.integers(0, 10**12), min_size=1)


@given(DAYS)
def test_every_hour_that_sold_has_its_bar(taken: dict[int, int]) -> None:
    found = {bar.hour: bar for bar in bars(taken)}
    assert set(taken) <= set(found) and len(found) >= FEWEST
    assert list(found) == list(range(min(found), max(found) + 1)) and set(found) <= set(range(24))
    assert {hour: bar.amount_minor for hour, bar in found.items() if hour in taken} == taken
    assert all(bar.height >= 2 for bar in found.values() if bar.amount_minor > 0)
    assert all(bar.height == 0 for bar in found.values() if bar.amount_minor == 0)


@given(DAYS)
def test_bars_stand_on_one_line_and_do_not_touch(taken: dict[int, int]) -> None:
    found = bars(taken)
    assert all(bar.y + bar.height == HEIGHT and bar.y >= 0 for bar in found)
    for place, bar in enumerate(found):
        assert place * STEP <= bar.x and bar.x + WIDTH <= (place + 1) * STEP
        assert bar.middle == bar.x + WIDTH // 2
    by_amount = sorted(found, key=lambda bar: bar.amount_minor)
    assert [bar.height for bar in by_amount] == sorted(bar.height for bar in by_amount)
    if max(taken.values()):
        assert by_amount[-1].height == HEIGHT


def test_a_day_without_sales_has_none() -> None:
    assert bars({}) == []
