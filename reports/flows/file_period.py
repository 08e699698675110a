"""Say that the return of a closed period was handed in: on which day, under which reference."""

from datetime import date
from uuid import UUID

from django.db import transaction

from base.core.errors import Refused
from base.flows.record import audit_line
from base.ids import database_now
from merchants.core.identity import clean_name
from reports.core.seals import check_filed_on
from reports.models import BooksFiling, BooksPeriod
from reports.queries.seals import as_period, closer_for, period_for

REFERENCE_MAX, NOTE_MAX = 60, 300


def file_period(
    *, actor_id: UUID, merchant_id: UUID, period_id: UUID, filed_on: date, reference: str = "", note: str = ""
) -> BooksFiling:
    """The filing of its last closing.

    Refused: not_found 404, period_not_closed 409 (filed already, or open again), filed_on_invalid 400 (before
    its end, or in the future), name_* 400.
    """
    merchant = closer_for(actor_id, merchant_id)
    sealed = period_for(actor_id, merchant_id, period_id)
    texts = [
        clean_name(text, limit=limit, field=field) if text.strip() else ""
        for text, limit, field in ((reference, REFERENCE_MAX, "reference"), (note, NOTE_MAX, "note"))
    ]
    check_filed_on(as_period(sealed.row), filed_on, now=database_now())
    with transaction.atomic():
        closed = BooksPeriod.objects.filter(pk=period_id, merchant=merchant, state=BooksPeriod.State.CLOSED)
        if not closed.update(state=BooksPeriod.State.FILED):
            raise Refused(
                "period_not_closed", "Only a closed period is filed, and once. Look at it again.", status=409
            )
        closing = sealed.row.closings.latest("number")
        filing = BooksFiling.objects.create(
            closing=closing, filed_on=filed_on, reference=texts[0], note=texts[1], filed_by_id=actor_id
        )
        audit_line(
            actor_id=actor_id,
            action="period.filed",
            subject=period_id,
            merchant=merchant.pk,
            period=sealed.row.label,
            closing=closing.number,
            reference=texts[0],
        )
    return filing
