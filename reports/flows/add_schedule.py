"""Have files made by the clock and a link to them sent to members of the client."""

from collections.abc import Sequence
from uuid import UUID

from base.core.errors import Refused
from base.flows.once import Answer, once
from base.flows.record import audit_line
from base.flows.retry import retry
from base.ids import database_now
from merchants.models import Merchant
from reports.core.schedules import EVERY, FIRST_DAY, LAST_DAY, next_due
from reports.formats import FORMATS
from reports.models import Schedule
from reports.queries.books import client_for, zone_of
from reports.queries.schedules import readers_of

MOST = 20  # a shop is not a mailing list


@retry
def add_schedule(
    *,
    actor_id: UUID,
    merchant_id: UUID,
    every: str,
    day: int,
    formats: Sequence[str],
    readers: Sequence[UUID],
    key: str,
) -> UUID:
    """Make one; one key is one schedule. readers: memberships. Returns its id.

    The first files are those of the period that is running now. Refused: not_found (404), schedule_invalid,
    nobody_to_send_to (400), too_many_schedules (409).
    """
    client_for(actor_id, merchant_id)
    wish = {"merchant": merchant_id, "every": every, "day": day, "formats": formats, "readers": readers}
    answer = once(
        scope=f"add_schedule:{actor_id}",
        key=key,
        request=wish,
        act=lambda: _act(actor_id, merchant_id, every, day, list(formats), set(readers)),
    )
    return UUID(answer["schedule"])


def _act(
    actor_id: UUID, merchant_id: UUID, every: str, day: int, formats: list[str], readers: set[UUID]
) -> Answer:
    Merchant.objects.select_for_update(no_key=True).get(pk=merchant_id)
    merchant = client_for(actor_id, merchant_id)
    if every not in EVERY or not FIRST_DAY <= day <= LAST_DAY:
        raise Refused("schedule_invalid", "Choose month or quarter, and a day from 1 to 28.", field="day")
    if not formats or set(formats) - FORMATS.keys():
        raise Refused("schedule_invalid", "Choose at least one kind of file.", field="formats")
    allowed = [member for member in readers_of(merchant) if member.pk in readers]
    if not allowed or len(allowed) != len(readers):
        raise Refused("nobody_to_send_to", "Choose people who may take these books away.", field="readers")
    if Schedule.objects.filter(merchant=merchant, ended_at=None).count() >= MOST:
        raise Refused("too_many_schedules", f"There are {MOST} schedules. Delete one first.", status=409)
    schedule = Schedule.objects.create(
        merchant=merchant,
        every=every,
        day=day,
        formats=[name for name in FORMATS if name in formats],
        created_by_id=actor_id,
        due_at=next_due(every, day, database_now(), zone_of(merchant)),
    )
    schedule.readers.set(allowed)
    audit_line(
        actor_id=actor_id,
        action="schedule.added",
        subject=schedule.pk,
        merchant=merchant.pk,
        every=every,
        day=day,
        formats=schedule.formats,
        readers=[str(member.pk) for member in allowed],
    )
    return {"schedule": str(schedule.pk)}
