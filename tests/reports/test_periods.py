"""Months partition time: in twelve zones over two years no instant is in two of them or in none."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.core.errors import Refused
from reports.core.periods import month, month_of, months_back, parse_month

# Half hours, both hemispheres, clocks that change at midnight (Havana, Beirut, Asuncion), no change at all.
ZONES = [
    "Europe/Berlin", "America/New_York", "America/Havana", "Asia/Ho_Chi_Minh", "Asia/Kathmandu",
    "Australia/Lord_Howe", "Pacific/Apia", "America/Asuncion", "Asia/Beirut", "Africa/Casablanca",
    "Pacific/Kiritimati", "America/St_Johns",
]  # fmt: skip
MONTHS = [(year, number) for year in (2025, 2026) for number in range(1, 13)]
TICK = timedelta(microseconds=1)


@pytest.mark.parametrize("zone", ZONES)
def test_no_gap_and_no_overlap(zone):
    periods = [month(*name, zone) for name in MONTHS]
    assert len(periods) == 24
    for one, after in pairwise(periods):
        assert one.ends_at == after.starts_at
        assert one.starts_at < one.ends_at


@pytest.mark.parametrize("zone", ZONES)
def test_an_edge_divides_two_local_months(zone):
    for name in MONTHS:
        period = month(*name, zone)
        at, before = (
            moment.astimezone(ZoneInfo(zone)) for moment in (period.starts_at, period.starts_at - TICK)
        )
        assert (at.year, at.month) == name
        assert (before.year, before.month) != name
        assert month_of(period.starts_at, zone) == period
        assert month_of(period.ends_at - TICK, zone) == period


def test_the_hour_that_comes_twice_belongs_to_the_new_month():
    """In Havana the clocks go back from 01:00 to 00:00 on 1 November 2026: that day has 25 hours."""
    november = month(2026, 11, "America/Havana")
    assert november.starts_at == datetime(2026, 11, 1, 4, tzinfo=UTC)
    assert november.ends_at - november.starts_at == timedelta(days=30, hours=1)


def test_a_month_with_a_lost_hour():
    march = month(2026, 3, "Europe/Berlin")
    assert march.starts_at == datetime(2026, 2, 28, 23, tzinfo=UTC)
    assert march.ends_at - march.starts_at == timedelta(days=31) - timedelta(hours=1)


@given(
    moment=st.datetimes(datetime(2001, 1, 2), datetime(2150, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    zone=st.sampled_from(ZONES),
)
def test_every_instant_is_in_its_month(moment, zone):
    period = month_of(moment, zone)
    assert period.starts_at <= moment < period.ends_at


def test_months_to_offer_are_newest_first_across_the_year():
    labels = [
        period.label for period in months_back(datetime(2026, 1, 31, 23, 30, tzinfo=UTC), "Asia/Tokyo", 4)
    ]
    assert labels == ["2026-02", "2026-01", "2025-12", "2025-11"]
    assert len(list(months_back(datetime(2026, 1, 1, tzinfo=UTC), "UTC", 24))) == 24


def test_a_label_is_read_back():
    period = parse_month("2026-11", "Europe/Berlin")
    assert period == month(2026, 11, "Europe/Berlin")
    assert period.label == "2026-11"
    assert period.first_day.isoformat() == "2026-11-01"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026",
        "2026-13",
        "2026-00",
        "26-01",
        "2026-1",
        "2026-011",
        "２０２６-01",
        "2026-01\n",
        "1999-12",
        "2200-01",
    ],
)
def test_anything_else_is_refused(text):
    with pytest.raises(Refused) as no:
        parse_month(text, "UTC")
    assert no.value.code == "period_invalid"
