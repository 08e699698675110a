"""Say when a client's fiscal year begins: a setting of its books, for whoever may take them away.

It changes what is offered to be looked at, never a figure: a period that was named keeps its days.
"""

from uuid import UUID

from django.db import transaction

from base.flows.record import audit_line
from base.flows.retry import retry
from base.ids import database_now
from reports.core.choices import check_begins
from reports.models import BookSettings
from reports.queries.books import client_for


@retry
def set_fiscal_year(*, actor_id: UUID, merchant_id: UUID, month: int, day: int) -> BookSettings:
    """The first day of every fiscal year; the same day again changes nothing and writes no line.

    Refused: not_found (404; strangers and roles that may not export), fiscal_day_invalid (400).
    """
    with transaction.atomic():
        merchant = client_for(actor_id, merchant_id)
        month, day = check_begins(month, day)
        wanted = {"fiscal_month": month, "fiscal_day": day}
        row, made = BookSettings.objects.select_for_update().get_or_create(merchant=merchant, defaults=wanted)
        if made or (row.fiscal_month, row.fiscal_day) != (month, day):
            BookSettings.objects.filter(pk=merchant.pk).update(**wanted, changed_at=database_now())
            audit_line(
                actor_id=actor_id,
                action="books.fiscal_year",
                subject=merchant.pk,
                merchant=merchant.pk,
                begins=f"{month:02d}-{day:02d}",
            )
    return BookSettings.objects.get(pk=merchant.pk)
