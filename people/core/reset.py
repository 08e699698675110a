"""A wish to set a new PIN by mail: when its link works, and what it is now.

The wait is the owner's chance to stop a wish that is not his; after it the link works for a day.
"""

import hashlib
from datetime import datetime, timedelta
from enum import StrEnum

LINK_LIFE = timedelta(hours=24)
ASKS_A_DAY = 5


class ResetState(StrEnum):
    """EARLY: the wait is not over. ENDED: used, stopped, or replaced by a newer wish."""

    EARLY = "early"
    READY = "ready"
    EXPIRED = "expired"
    ENDED = "ended"


def window(now: datetime, wait: timedelta) -> tuple[datetime, datetime]:
    """From when until when (half-open) a link asked for at `now` works."""
    return now + wait, now + wait + LINK_LIFE


def state_at(
    now: datetime, *, ready_at: datetime, expires_at: datetime, ended_at: datetime | None
) -> ResetState:
    """What a wish is at `now`."""
    if ended_at is not None:
        return ResetState.ENDED
    if now < ready_at:
        return ResetState.EARLY
    return ResetState.READY if now < expires_at else ResetState.EXPIRED


def minutes_until(now: datetime, ready_at: datetime) -> int:
    """Whole minutes still to wait, rounded up: a link that is told "in 1 minute" works after that minute."""
    return max(0, -((now - ready_at) // timedelta(minutes=1)))


def token_digest(token: str) -> bytes:
    """What is stored of a link's token: 256 random bits need no salt and no slow hash."""
    return hashlib.sha256(token.encode()).digest()
