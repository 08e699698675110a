"""What a till is told, in order: the one read behind the live feed and behind polling.

An event's id is made before its transaction commits, so an event may become visible after one with a
higher id was read. A reader therefore asks again for the last seconds it knows, and leaves out what it has.
"""

from collections.abc import Sequence
from uuid import UUID

from base.core.uuid7 import floor_of, unix_ms_of
from base.ids import database_now
from base.models import Event
from merchants.models import Till
from payments.core.announce import topic

# Longer than any paying transaction may last: the web's connections and `once` end a statement after 5 s.
OVERLAP_MS = 15_000


def topics_of(till: Till) -> list[str]:
    """The audiences a till belongs to: itself, and its branch (for codes that name no till)."""
    return [topic(till.pk, till.branch_id), topic(None, till.branch_id)]


def events_since(topics: Sequence[str], after: UUID | None, limit: int = 100) -> list[Event]:
    """Events in the order of their ids: all of the last 15 s up to `after`, then up to `limit` newer ones.

    after: the last event id that the reader knows; without it, the newest `limit` events. Two queries.
    The overlap does not count against the limit: a burst longer than it would hold the reader for ever.
    """
    rows = Event.objects.filter(topic__in=topics)
    if after is None:
        return list(rows.order_by("-id")[:limit])[::-1]
    floor = floor_of(unix_ms_of(after) - OVERLAP_MS)
    known = rows.filter(id__gte=floor, id__lte=after).order_by("id")
    return [*known, *rows.filter(id__gt=after).order_by("id")[:limit]]


def last_event_id(topics: Sequence[str]) -> UUID:
    """Where a page that is drawn now begins to listen; read it before the rows that the page shows."""
    last = Event.objects.filter(topic__in=topics).order_by("-id").values_list("id", flat=True).first()
    return last or floor_of(int(database_now().timestamp() * 1000))
