"""Ask for one of the platform's own reports: as `request_export`, for operators, by the clock of UTC."""

from uuid import UUID

from django.db import transaction

from base.core.errors import Refused
from base.flows.record import audit_line
from base.flows.retry import retry
from base.flows.ring import ring
from base.ids import database_now
from merchants.queries import operator_for
from reports.core.periods import parse_period
from reports.formats import PLATFORM_FORMATS
from reports.models import Export
from reports.queries.platform import TIME_ZONE


@retry
def request_platform_export(*, actor_id: UUID, name: str, period: str) -> Export:
    """Queue a report of one period (its label); one at a time of a name and period.

    Refused: not_found (404, no operator), export_unknown (404), period_invalid (400), period_not_begun (409).
    """
    with transaction.atomic():
        operator_for(actor_id)
        if name not in PLATFORM_FORMATS:
            raise Refused("export_unknown", "There is no such export.", status=404)
        asked = parse_period(period, TIME_ZONE)
        if asked.starts_at > database_now():
            raise Refused("period_not_begun", "This period has not begun yet.", status=409)
        export, made = Export.objects.get_or_create(
            merchant=None,
            name=name,
            period=asked.label,
            state__in=(Export.State.QUEUED, Export.State.BUILDING),
            defaults={
                "starts_at": asked.starts_at,
                "ends_at": asked.ends_at,
                "time_zone": asked.time_zone,
                "requested_by_id": actor_id,
            },
        )
        if made:
            audit_line(
                actor_id=actor_id,
                action="export.requested",
                subject=export.pk,
                name=name,
                period=asked.label,
            )
        ring(task="reports.tasks.build_export", args=(str(export.pk),))
    return export
