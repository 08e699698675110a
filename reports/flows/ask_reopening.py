"""One of two: ask to open a closed period again, with the reason. The owners hear of it."""

from uuid import UUID

from django.conf import settings
from django.db import transaction

from base.core.errors import Refused
from base.flows.record import audit_line
from base.ids import database_now
from merchants.core.identity import clean_name
from merchants.flows.tell_owners import tell_owners
from merchants.queries import role_in
from reports.core.seals import REQUEST_LIFE
from reports.models import BooksPeriod, BooksReopening
from reports.queries.seals import closer_for

REASON_MAX = 300


def ask_reopening(*, actor_id: UUID, merchant_id: UUID, period_id: UUID, reason: str) -> BooksReopening:
    """The request; it waits two weeks for a second person.

    Refused: not_found 404, reason_missing 400, name_* 400, period_not_closed 409, reopening_asked 409.
    """
    merchant = closer_for(actor_id, merchant_id)
    if not reason.strip():
        raise Refused("reason_missing", "Say why it must be opened again.", field="reason")
    why = clean_name(reason, limit=REASON_MAX, field="reason")
    with transaction.atomic():
        period = (
            BooksPeriod.objects.select_for_update(no_key=True).filter(merchant=merchant, pk=period_id).first()
        )
        if period is None or period.state == BooksPeriod.State.REOPENED:
            raise Refused("period_not_closed", "Only what is closed can be opened again.", status=409)
        now = database_now()
        waits = period.reopenings.filter(state=BooksReopening.State.ASKED)
        waits.filter(expires_at__lte=now).update(state=BooksReopening.State.EXPIRED, ended_at=now)
        if waits.exists():
            raise Refused(
                "reopening_asked", "This was asked already and waits for a second person.", status=409
            )
        request = BooksReopening.objects.create(
            period=period,
            reason=why,
            asked_by_id=actor_id,
            asked_role=role_in(actor_id, merchant),
            asked_at=now,
            expires_at=now + REQUEST_LIFE,
        )
        audit_line(
            actor_id=actor_id,
            action="period.reopening_asked",
            subject=period.pk,
            merchant=merchant.pk,
            period=period.label,
            reason=why,
        )
        tell_owners(
            merchant=merchant,
            subject=f"{merchant.trade_name}: opening {period.label} again was asked for",
            body=(
                f"{request.asked_by.name or request.asked_by.email} asks to open the closed books of "
                f"{period.label} again:\n\n{why}\n\n"
                "Nothing is open yet. A second person has to agree; one of the two must be an owner:\n\n"
                f"{settings.BASE_URL}/books/{merchant.pk}/periods/{period.pk}/\n"
            ),
        )
    return request
