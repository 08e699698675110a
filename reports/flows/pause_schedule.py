"""A schedule rests: nothing is made until it is resumed, and nothing of that time is made later."""

from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from base.flows.record import audit_line
from reports.models import Schedule
from reports.queries.schedules import schedule_for


def pause_schedule(*, actor_id: UUID, merchant_id: UUID, schedule_id: UUID) -> None:
    """Pause it; a paused one stays so. Refused: not_found (404)."""
    with transaction.atomic():
        schedule = schedule_for(actor_id, merchant_id, schedule_id)
        live = Schedule.objects.filter(pk=schedule.pk, ended_at=None, paused_at=None)
        if live.update(paused_at=Now(), due_at=None):
            audit_line(actor_id=actor_id, action="schedule.paused", subject=schedule.pk, merchant=merchant_id)
