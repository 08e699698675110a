"""When a reset's link works, as pure dates."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from people.core.reset import LINK_LIFE, ResetState, minutes_until, state_at, token_digest, window

ASKED = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)
waits = st.timedeltas(timedelta(0), timedelta(days=3))
TICK = timedelta(microseconds=1)


@given(waits)
def test_a_link_is_early_then_ready_for_a_day_then_too_old(wait: timedelta) -> None:
    ready, end = window(ASKED, wait)
    assert ready == ASKED + wait
    assert end - ready == LINK_LIFE

    def at(now: datetime) -> ResetState:
        return state_at(now, ready_at=ready, expires_at=end, ended_at=None)

    assert at(ready - TICK) is ResetState.EARLY
    assert at(ready) is ResetState.READY
    assert at(end - TICK) is ResetState.READY
    assert at(end) is ResetState.EXPIRED


@given(waits, st.timedeltas(timedelta(days=-2), timedelta(days=5)))
def test_what_has_ended_stays_ended(wait: timedelta, later: timedelta) -> None:
    ready, end = window(ASKED, wait)
    state = state_at(ASKED + later, ready_at=ready, expires_at=end, ended_at=ASKED)
    assert state is ResetState.ENDED


@given(st.timedeltas(timedelta(0), timedelta(days=3)))
def test_the_minutes_told_are_enough_and_not_one_too_many(left: timedelta) -> None:
    minutes = minutes_until(ASKED, ASKED + left)
    assert timedelta(minutes=minutes) >= left
    assert timedelta(minutes=minutes - 1) < left
    assert minutes_until(ASKED + left, ASKED) == 0


@given(st.text(), st.text())
def test_two_tokens_have_two_digests(one: str, other: str) -> None:
    assert (token_digest(one) == token_digest(other)) == (one == other)
    assert len(token_digest(one)) == 32
