"""Which period comes next: those that are over, one after the other, by the clock of the last."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.core.errors import Refused
from reports.core.periods import days, month, parse_period
from reports.core.seals import (
    REST,
    Waiting,
    check_filed_on,
    check_next,
    check_settled,
    kept_taxes,
    next_periods,
    read_totals,
)
from reports.core.totals import Totals

BERLIN = "Europe/Berlin"
NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)


def test_first_the_last_quarters_months_and_years() -> None:
    labels = [each.label for each in next_periods(last_end=None, now=NOW, time_zone=BERLIN)]
    assert labels[:4] == ["2026-Q3", "2026-Q2", "2026-Q1", "2025-Q4"]
    assert labels[4:6] == ["2026-10", "2026-09"]
    assert labels[-2:] == ["2025", "2024"]


@pytest.mark.parametrize(
    ("last", "labels"),
    [
        ("2025-12", ["2026-Q1", "2026-01"]),
        ("2024", ["2025-Q1", "2025-01", "2025"]),
        ("2026-01", ["2026-02"]),
        ("2026-10", []),
        ("2026-02-01..2026-02-10", ["2026-02-11..2026-02-28"]),
    ],
)
def test_then_what_begins_where_the_last_ended(last: str, labels: list[str]) -> None:
    end = parse_period(last, BERLIN).ends_at
    assert [each.label for each in next_periods(last_end=end, now=NOW, time_zone=BERLIN)] == labels


ZONES = st.sampled_from(
    ["UTC", BERLIN, "America/Chicago", "Asia/Kathmandu", "Africa/Cairo", "America/Havana"]
)


@given(zone=ZONES, first=st.dates(datetime(2024, 1, 1).date(), datetime(2025, 12, 1).date()))  # noqa: DTZ001
def test_one_always_follows_and_none_overlaps(zone: str, first: object) -> None:
    last = days(first, first, zone)  # type: ignore[arg-type]
    for _ in range(3):
        found = next_periods(last_end=last.ends_at, now=NOW, time_zone=zone)
        assert found
        assert {each.starts_at for each in found} == {last.ends_at}
        last = found[-1]


def test_ten_minutes_after_the_end() -> None:
    period = month(2026, 10, BERLIN)
    check_next(period, last_end=None, now=period.ends_at + REST)
    with pytest.raises(Refused, match="period_not_over"):
        check_next(period, last_end=None, now=period.ends_at + REST - timedelta(microseconds=1))
    with pytest.raises(Refused, match="period_out_of_order"):
        check_next(period, last_end=period.ends_at, now=NOW)


def test_settled_or_not() -> None:
    check_settled(Waiting(0, 0))
    for waiting in (Waiting(1, 0), Waiting(0, 1)):
        with pytest.raises(Refused, match="period_not_settled"):
            check_settled(waiting)


@pytest.mark.parametrize(
    ("zone", "first", "last"),
    [("Asia/Tokyo", 1, 28), (BERLIN, 1, 27), ("America/Los_Angeles", 1, 27), ("Pacific/Kiritimati", 1, 28)],
)
def test_filed_on_a_day_of_the_shops_own_clock(zone: str, first: int, last: int) -> None:
    period, evening = month(2026, 10, zone), datetime(2026, 11, 27, 16, tzinfo=UTC)
    for day in (first, last):
        check_filed_on(period, date(2026, 11, day), now=evening)
    for outside in (date(2026, 10, 31), date(2026, 11, last + 1)):
        with pytest.raises(Refused, match="filed_on_invalid"):
            check_filed_on(period, outside, now=evening)


def test_kept_totals_are_read_as_they_were() -> None:
    totals = Totals(
        3, {"net": {"EUR": 5}}, {("EUR", "DE", "VAT", "19.0000"): -4, ("EUR", "DE", "VAT", "7.0000"): 2}
    )
    assert read_totals(3, totals.columns, kept_taxes(totals)) == totals
