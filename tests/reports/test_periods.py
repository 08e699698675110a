"""Months, quarters and years partition time: in twelve zones no instant is in two of them or in none."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.core.errors import Refused
from reports.core.periods import (
    back_from,
    before,
    days,
    fiscal_year,
    fiscal_year_of,
    month,
    month_of,
    months_back,
    parse_period,
    quarter,
    quarter_of,
    year,
)  # fmt: skip

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


@pytest.mark.parametrize("zone", ZONES)
def test_quarters_and_years_are_their_months(zone):
    for number in range(1, 5):
        parts = [month(2026, 3 * number - 2 + i, zone) for i in range(3)]
        whole = quarter(2026, number, zone)
        assert (whole.starts_at, whole.ends_at) == (parts[0].starts_at, parts[-1].ends_at)
        assert quarter_of(whole.starts_at, zone) == quarter_of(whole.ends_at - TICK, zone) == whole
    assert year(2026, zone).starts_at == quarter(2026, 1, zone).starts_at
    assert year(2026, zone).ends_at == quarter(2026, 4, zone).ends_at == year(2027, zone).starts_at


@pytest.mark.parametrize("zone", ZONES)
@given(moment=st.datetimes(datetime(2003, 1, 2), datetime(2150, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_fiscal_years_of_any_start_partition_time(zone, moment):
    for begins in ((1, 1), (4, 6), (7, 1), (12, 31), (3, 1)):
        period = fiscal_year_of(moment, zone, begins)
        assert period.starts_at <= moment < period.ends_at
        assert before(period).ends_at == period.starts_at
        assert (period.first_day.month, period.first_day.day) == begins


@pytest.mark.parametrize(
    ("label", "period", "first", "last"),
    [
        ("2026-11", month(2026, 11, "Europe/Berlin"), "2026-11-01", "2026-11-30"),
        ("2026-Q4", quarter(2026, 4, "Europe/Berlin"), "2026-10-01", "2026-12-31"),
        ("2026", year(2026, "Europe/Berlin"), "2026-01-01", "2026-12-31"),
        ("FY2026-04-06", fiscal_year(date(2026, 4, 6), "Europe/Berlin"), "2026-04-06", "2027-04-05"),
        (
            "2026-01-15..2026-03-29",
            days(date(2026, 1, 15), date(2026, 3, 29), "Europe/Berlin"),
            "2026-01-15",
            "2026-03-29",
        ),
    ],
)
def test_a_label_is_read_back(label, period, first, last):
    assert parse_period(label, "Europe/Berlin") == period
    assert period.label == label
    assert (period.first_day.isoformat(), period.last_day.isoformat()) == (first, last)


@pytest.mark.parametrize(
    ("label", "earlier"),
    [
        ("2026-01", "2025-12"),
        ("2026-Q1", "2025-Q4"),
        ("2026", "2025"),
        ("FY2026-04-06", "FY2025-04-06"),
        ("2026-03-01..2026-03-31", "2026-01-29..2026-02-28"),
    ],
)
def test_the_period_before_ends_where_this_one_begins(label, earlier):
    period = parse_period(label, "America/Havana")
    assert before(period) == parse_period(earlier, "America/Havana")
    assert before(period).ends_at == period.starts_at
    assert [each.label for each in back_from(period, 2)] == [label, earlier]


def test_a_day_that_a_zone_left_out_is_no_period():
    with pytest.raises(Refused):
        days(date(2011, 12, 30), date(2011, 12, 30), "Pacific/Apia")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-13",
        "2026-00",
        "26-01",
        "2026-1",
        "2026-011",
        "２０２６-01",
        "2026-01\n",
        "1999-12",
        "2200-01",
        "2026-Q5",
        "2026-Q0",
        "2026-q1",
        "26",
        "FY2024-02-29",
        "FY2026-13-01",
        "2026-03-02..2026-01-15",
        "2026-01-01..2036-12-31",
        "2026-02-30..2026-03-01",
    ],
)
def test_anything_else_is_refused(text):
    with pytest.raises(Refused) as no:
        parse_period(text, "UTC")
    assert no.value.code == "period_invalid"
