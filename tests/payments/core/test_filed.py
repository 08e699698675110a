"""The periods that can be filed: ended, whole, and each until the next one's first day."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.core.errors import Refused
from payments.core.filed import MONTHS, QUARTERS, period_named, periods


def test_the_newest_quarters_and_months() -> None:
    found = [(period.value, period.until) for period in periods(date(2026, 11, 27))]
    assert found == [
        ("2026-Q3", date(2026, 10, 1)),
        ("2026-Q2", date(2026, 7, 1)),
        ("2026-Q1", date(2026, 4, 1)),
        ("2026-10", date(2026, 11, 1)),
        ("2026-09", date(2026, 10, 1)),
        ("2026-08", date(2026, 9, 1)),
        ("2026-07", date(2026, 8, 1)),
    ]


def test_over_the_end_of_a_year() -> None:
    values = [period.value for period in periods(date(2027, 1, 1))]
    assert values == ["2026-Q4", "2026-Q3", "2026-Q2", "2026-12", "2026-11", "2026-10", "2026-09"]
    assert periods(date(2026, 12, 31))[0].value == "2026-Q3"


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_each_has_ended_and_no_newer_one_is_left_out(today: date) -> None:
    found = periods(today)
    assert len({period.value for period in found}) == len(found) == MONTHS + QUARTERS
    assert all(period.until <= today and period.until.day == 1 for period in found)
    assert max(period.until for period in found) == today.replace(day=1)
    for period in found:
        assert period_named(period.value, today) == period


@pytest.mark.parametrize("value", ["2026-Q4", "2026-11", "2026-13", "x", "2020-Q1", "<b>"])
def test_what_has_not_ended_or_is_none(value: str) -> None:
    with pytest.raises(Refused, match="period_invalid"):
        period_named(value, date(2026, 11, 27))


def test_it_ends_at_the_places_own_midnight() -> None:
    period = period_named("2026-09", date(2026, 11, 27))
    assert period is not None
    assert period.ends_at("Europe/Berlin") == datetime(2026, 9, 30, 22, tzinfo=UTC)
    assert period.ends_at("Asia/Tokyo") - period.ends_at("UTC") == -timedelta(hours=9)
    assert period_named("", date(2026, 11, 27)) is None
