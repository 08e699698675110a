"""A schedule is deleted: it makes nothing more. What it made stays, and so do the links that were sent."""

from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from base.flows.record import audit_line
from reports.models import Schedule
from reports.queries.schedules import schedule_for


def end_schedule(*, actor_id: UUID, merchant_id: UUID, schedule_id: UUID) -> None:
    """End it for ever. Refused: not_found (404), also when it was deleted before."""
    with transaction.atomic():
        schedule = schedule_for(actor_id, merchant_id, schedule_id)
        if Schedule.objects.filter(pk=schedule.pk, ended_at=None).update(ended_at=Now(), due_at=None):
            audit_line(actor_id=actor_id, action="schedule.ended", subject=schedule.pk, merchant=merchant_id)
