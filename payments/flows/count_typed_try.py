"""Digits typed at a till are counted before they are looked up, so that nobody can guess their way to a code.

Each try is written and committed first and counted then: however many come at once, no more are looked up
between two right ones than the most. A right one takes itself back.
"""

from datetime import timedelta
from uuid import UUID

from base.core.errors import Refused
from base.core.uuid7 import floor_of
from base.ids import database_now
from payments.models import TypedTry

MOST_TRIES = 10
WINDOW = timedelta(minutes=5)


def count_typed_try(*, actor_id: UUID) -> UUID:
    """The id of the counted try. Refused: too_many_tries 429."""
    counted = TypedTry.objects.create(actor_id=actor_id)
    since = floor_of(int((database_now() - WINDOW).timestamp() * 1000))
    if TypedTry.objects.filter(actor=actor_id, pk__gt=since).count() > MOST_TRIES:
        counted.delete()
        raise Refused(
            "too_many_tries",
            "Too many numbers were wrong. Nothing was charged. Scan the code, or wait five minutes.",
            status=429,
        )
    return counted.pk


def forget_typed_try(*, try_id: UUID) -> None:
    """A right number is no guess."""
    TypedTry.objects.filter(pk=try_id).delete()
