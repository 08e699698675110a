"""Which periods are offered, and the step from one to the next."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.core.errors import Refused
from reports.core.choices import after, check_begins, months, quarters, quick, years
from reports.core.periods import before, days, fiscal_year, month, parse_period, quarter, year

BERLIN = "Europe/Berlin"
NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
ZONES = ["Europe/Berlin", "America/Havana", "Pacific/Auckland", "Asia/Ho_Chi_Minh", "UTC"]


def test_what_is_offered_first() -> None:
    offered = {offer.name: offer.period.label for offer in quick(NOW, BERLIN)}
    assert offered == {
        "this_month": "2026-11",
        "last_month": "2026-10",
        "this_quarter": "2026-Q4",
        "last_quarter": "2026-Q3",
        "this_year": "2026",
        "last_year": "2025",
    }
    fiscal = {offer.name: offer.period.label for offer in quick(NOW, BERLIN, (4, 6))}
    assert fiscal["this_fiscal_year"] == "FY2026-04-06"
    assert fiscal["last_fiscal_year"] == "FY2025-04-06"
    assert "last_year" not in fiscal


def test_the_shops_clock_says_which_month_it_is() -> None:
    turn = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)
    assert quick(turn, BERLIN)[0].period.label == "2026-12"
    assert quick(turn, "America/Havana")[0].period.label == "2026-11"


def test_the_lists() -> None:
    assert [len(months(NOW, BERLIN)), len(quarters(NOW, BERLIN))] == [24, 12]
    assert [each.label for each in years(NOW, BERLIN)][:2] == ["2026", "2025"]
    both = [each.label for each in years(NOW, BERLIN, (7, 1))]
    assert (both[0], both[6]) == ("FY2026-07-01", "2026")


some_days = st.dates(date(2001, 1, 1), date(2190, 1, 1))
periods = st.one_of(
    st.builds(lambda day, zone: month(day.year, day.month, zone), some_days, st.sampled_from(ZONES)),
    st.builds(
        lambda day, zone: quarter(day.year, (day.month + 2) // 3, zone), some_days, st.sampled_from(ZONES)
    ),
    st.builds(lambda day, zone: year(day.year, zone), some_days, st.sampled_from(ZONES)),
    st.builds(
        lambda day, zone: fiscal_year(day.replace(day=min(day.day, 28)), zone),
        some_days,
        st.sampled_from(ZONES),
    ),
    st.builds(
        lambda day, length, zone: days(day, day + timedelta(length), zone),
        some_days,
        st.integers(0, 400),
        st.sampled_from(ZONES),
    ),
)


@given(periods)
def test_a_step_and_back_is_the_same_period(period) -> None:
    later = after(period)
    assert later.starts_at == period.ends_at
    assert before(later) == period
    assert parse_period(later.label, period.time_zone) == later


@pytest.mark.parametrize("begins", [(1, 1), (4, 6), (2, 28), (12, 31)])
def test_a_day_of_every_year(begins: tuple[int, int]) -> None:
    assert check_begins(*begins) == begins


@pytest.mark.parametrize("begins", [(2, 29), (4, 31), (0, 1), (13, 1), (1, 0), (1, 32)])
def test_not_a_day_of_every_year(begins: tuple[int, int]) -> None:
    with pytest.raises(Refused) as no:
        check_begins(*begins)
    assert no.value.code == "fiscal_day_invalid"
