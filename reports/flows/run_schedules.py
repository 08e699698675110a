"""Have the files made that are due by the clock: each schedule and period once, also after a standstill.

One schedule is one transaction under its row's lock: the run, which is unique, the exports it asks for and
the next due moment are written together or not at all. Who finds a schedule locked leaves it to the other.
"""

import logging
from datetime import datetime
from uuid import UUID

from django.db import transaction

from base.core.errors import Refused
from base.flows.record import audit_line
from base.flows.retry import retry
from base.ids import database_now
from merchants.models import Membership
from reports.core.schedules import next_due, period_due
from reports.flows.request_export import request_export
from reports.formats import FORMATS
from reports.models import Schedule, ScheduledRun
from reports.queries.books import zone_of
from reports.queries.schedules import may_read

# A round of one schedule; what is left is found by the next ring.
MOST_PERIODS = 12
log = logging.getLogger(__name__)


def run_schedules(*, now: datetime | None = None, limit: int = 200) -> int:
    """Run up to `limit` schedules that are due at `now` (the present); return how many runs were made."""
    moment = now or database_now()
    due = Schedule.objects.filter(due_at__lte=moment).order_by("due_at")
    made = 0
    for schedule_id in list(due.values_list("pk", flat=True)[:limit]):
        try:
            made += _run(schedule_id, moment)
        except Refused as no:
            log.error("schedule %s was refused its files: %s", schedule_id, no.code)
    return made


@retry
def _run(schedule_id: UUID, now: datetime) -> int:
    """All due periods of one schedule, oldest first."""
    made = 0
    with transaction.atomic():
        locked = Schedule.objects.select_for_update(skip_locked=True, of=("self",)).select_related("merchant")
        schedule = locked.filter(pk=schedule_id, due_at__lte=now).first()
        if schedule is None or schedule.due_at is None:
            return 0
        readers = list(may_read(Membership.objects.filter(pk__in=schedule.readers.values("pk"))))
        names = [name for name in schedule.formats if name in FORMATS]
        if not readers or not names:
            return _rest(schedule, now)
        zone, due_at = zone_of(schedule.merchant), schedule.due_at
        people = {member.person_id for member in readers}
        actor = schedule.created_by_id if schedule.created_by_id in people else readers[0].person_id
        for _ in range(MOST_PERIODS):
            if due_at > now:
                break
            made += _make(schedule, period_due(schedule.every, due_at, zone).label, names, actor)
            due_at = next_due(schedule.every, schedule.day, due_at, zone)
        Schedule.objects.filter(pk=schedule.pk).update(due_at=due_at)
    return made


def _make(schedule: Schedule, period: str, names: list[str], actor_id: UUID) -> int:
    """The run of one period, 0 where there is one already."""
    run, fresh = ScheduledRun.objects.get_or_create(schedule=schedule, period=period)
    if not fresh:
        return 0
    run.exports.set(
        [
            request_export(actor_id=actor_id, merchant_id=schedule.merchant_id, name=name, period=period)
            for name in names
        ]
    )
    return 1


def _rest(schedule: Schedule, now: datetime) -> int:
    """Nobody is left who may have the files: nothing is made until somebody says so."""
    Schedule.objects.filter(pk=schedule.pk).update(due_at=None, paused_at=now)
    audit_line(actor_id=None, action="schedule.paused", subject=schedule.pk, merchant=schedule.merchant_id)
    return 0
