"""A schedule goes on after a pause, with the next due day: what was not made meanwhile is made by hand."""

from uuid import UUID

from django.db import transaction

from base.core.errors import Refused
from base.flows.record import audit_line
from base.ids import database_now
from merchants.models import Membership
from reports.core.schedules import next_due
from reports.models import Schedule
from reports.queries.books import zone_of
from reports.queries.schedules import may_read, schedule_for


def resume_schedule(*, actor_id: UUID, merchant_id: UUID, schedule_id: UUID) -> None:
    """Resume it; a running one goes on. Refused: not_found (404), nobody_to_send_to (409)."""
    with transaction.atomic():
        schedule = schedule_for(actor_id, merchant_id, schedule_id)
        if not may_read(Membership.objects.filter(pk__in=schedule.readers.values("pk"))).exists():
            raise Refused(
                "nobody_to_send_to",
                "It was not resumed: nobody of its people may take these books away now. Make a new one.",
                status=409,
            )
        due_at = next_due(schedule.every, schedule.day, database_now(), zone_of(schedule.merchant))
        paused = Schedule.objects.filter(pk=schedule.pk, ended_at=None, paused_at__isnull=False)
        if paused.update(paused_at=None, due_at=due_at):
            audit_line(
                actor_id=actor_id, action="schedule.resumed", subject=schedule.pk, merchant=merchant_id
            )
