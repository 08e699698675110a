"""Ask for one export: a row in the queue and a ring, never work done while somebody waits."""

from uuid import UUID

from django.db import transaction

from base.core.errors import Refused
from base.flows.record import audit_line
from base.flows.retry import retry
from base.flows.ring import ring
from base.ids import database_now
from reports.core.periods import parse_period
from reports.formats import FORMATS
from reports.models import Export
from reports.queries.books import client_for, zone_of


@retry
def request_export(*, actor_id: UUID, merchant_id: UUID, name: str, period: str) -> Export:
    """Queue an export of one period (its label), by the clock of the shop's first branch; one at a time.

    Refused: not_found (404; strangers and roles that may not export), export_unknown (404),
    period_invalid (400), period_not_begun (409).
    """
    if name not in FORMATS:
        raise Refused("export_unknown", "There is no such export.", status=404)
    with transaction.atomic():
        merchant = client_for(actor_id, merchant_id)
        asked = parse_period(period, zone_of(merchant))
        if asked.starts_at > database_now():
            raise Refused("period_not_begun", "This period has not begun yet.", status=409)
        export, made = Export.objects.get_or_create(
            merchant=merchant,
            name=name,
            period=asked.label,
            closing=None,
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
                merchant=merchant.pk,
                name=name,
                period=asked.label,
            )
        ring(task="reports.tasks.build_export", args=(str(export.pk),))
    return export
