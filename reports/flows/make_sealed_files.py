"""Order the files of a closed period: one of each kind, and those again that could not be written."""

from uuid import UUID

from django.db import transaction

from base.flows.record import audit_line
from base.flows.ring import ring
from reports.formats import FORMATS
from reports.models import BooksClosing, BooksPeriod, Export
from reports.queries.seals import closer_for


def make_sealed_files(*, actor_id: UUID, merchant_id: UUID, period_id: UUID) -> int:
    """Order what its last closing lacks; how many. Refused: not_found 404, as `close_period`."""
    merchant = closer_for(actor_id, merchant_id)
    with transaction.atomic():
        # While the row is held nobody closes it again, and two who ask at once order in turn.
        closed = BooksPeriod.objects.select_for_update(no_key=True).filter(merchant=merchant, pk=period_id)
        period = closed.exclude(state=BooksPeriod.State.REOPENED).first()
        if period is None:
            return 0
        ordered = order_files(period.closings.latest("number"), actor_id=actor_id)
        if ordered:
            audit_line(
                actor_id=actor_id,
                action="period.files_ordered",
                subject=period.pk,
                merchant=merchant.pk,
                files=ordered,
            )
            ring(task="reports.tasks.build_queued")
    return len(ordered)


def order_files(closing: BooksClosing, *, actor_id: UUID) -> list[str]:
    """Queue each kind of file that this closing has not, in the caller's transaction; their names."""
    period = closing.period
    there = closing.exports.exclude(state=Export.State.FAILED).values_list("name", flat=True)
    names = [name for name in FORMATS if name not in set(there)]
    Export.objects.bulk_create(
        Export(
            merchant_id=period.merchant_id,
            name=name,
            period=period.label,
            starts_at=period.starts_at,
            ends_at=period.ends_at,
            time_zone=period.time_zone,
            requested_by_id=actor_id,
            closing=closing,
        )
        for name in names
    )
    return names
