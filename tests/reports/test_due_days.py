"""When files are due, and of which period: no gap and no overlap, whatever the clocks do."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from reports.core.periods import month_of, quarter_of
from reports.core.schedules import EVERY, next_due, period_due
from tests.reports.test_periods import ZONES

DECEMBER = datetime(2026, 12, 5, 4, tzinfo=UTC)  # five in the morning in Berlin
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(every=st.sampled_from(list(EVERY)), day=st.integers(1, 28), after=MOMENTS, zone=st.sampled_from(ZONES))
def test_periods_follow_without_gap_or_overlap(every, day, after, zone):
    """From due to due: each period once, over changes of the clocks and year ends in twelve zones."""
    due = next_due(every, day, after, zone)
    assert due > after
    before = None
    for _ in range(14):
        period = period_due(every, due, zone)
        assert period.ends_at <= due
        assert (month_of if every == "month" else quarter_of)(due, zone).starts_at == period.ends_at
        assert before is None or before.ends_at == period.starts_at
        before, due = period, next_due(every, day, due, zone)


@given(every=st.sampled_from(list(EVERY)), day=st.integers(1, 28), after=MOMENTS)
def test_the_next_due_moment_is_the_first_one(every, day, after):
    due = next_due(every, day, after, "Europe/Berlin")
    assert next_due(every, day, due - timedelta(microseconds=1), "Europe/Berlin") == due


def test_due_by_hand():
    def due(every: str, day: int, after: datetime) -> datetime:
        return next_due(every, day, after, "Europe/Berlin")

    assert due("month", 5, datetime(2026, 11, 27, tzinfo=UTC)) == DECEMBER
    assert due("month", 5, DECEMBER) == datetime(2027, 1, 5, 4, tzinfo=UTC)
    assert due("month", 28, datetime(2026, 7, 1, tzinfo=UTC)) == datetime(2026, 7, 28, 3, tzinfo=UTC)
    assert due("quarter", 10, datetime(2026, 11, 27, tzinfo=UTC)) == datetime(2027, 1, 10, 4, tzinfo=UTC)
    assert period_due("month", DECEMBER, "Europe/Berlin").label == "2026-11"
    assert period_due("quarter", datetime(2027, 1, 10, 4, tzinfo=UTC), "Europe/Berlin").label == "2026-Q4"
