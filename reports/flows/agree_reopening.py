"""Two of two: another person agrees, and the books of the period take journals again. Or the request ends."""

from uuid import UUID

from django.conf import settings
from django.db import transaction

from base.core.errors import Refused
from base.flows.record import audit_line
from base.flows.retry import retry
from base.ids import database_now
from merchants.flows.tell_owners import tell_owners
from merchants.models import Membership, Merchant
from merchants.queries import role_in
from reports.models import BooksPeriod, BooksReopening
from reports.queries.seals import closer_for
from wallets.flows.close_books import reopen_books


@retry
def agree_reopening(*, actor_id: UUID, merchant_id: UUID, period_id: UUID) -> BooksPeriod:
    """The period, open again.

    Refused: not_found 404, reopening_gone 409 (none waits, or it is too old), two_people_needed 403 (the one
    who asked), owner_needed 403 (neither is an owner), asker_left 409, still_working 409.
    """
    merchant = closer_for(actor_id, merchant_id)
    with transaction.atomic():
        request = _waiting(merchant, period_id)
        role = role_in(actor_id, merchant)
        _check(request, actor_id, role, merchant)
        now = database_now()
        BooksReopening.objects.filter(pk=request.pk).update(
            state=BooksReopening.State.AGREED, agreed_by=actor_id, agreed_role=role, ended_at=now
        )
        period = request.period
        opened = BooksPeriod.objects.filter(pk=period.pk).exclude(state=BooksPeriod.State.REOPENED)
        assert opened.update(state=BooksPeriod.State.REOPENED, reopening=request), "it was open"
        was_shut = reopen_books(shard_key=merchant.pk, starts_at=period.starts_at, ends_at=period.ends_at)
        assert was_shut, "a closed period's books were open"
        audit_line(
            actor_id=actor_id,
            action="period.reopened",
            subject=period.pk,
            merchant=merchant.pk,
            period=period.label,
            asked_by=str(request.asked_by_id),
            reason=request.reason,
        )
        tell_owners(
            merchant=merchant,
            subject=f"{merchant.trade_name}: {period.label} is open again",
            body=(
                f"The closed books of {period.label} are open again: {request.reason}\n\nIts files stay as "
                "they are. If it was filed, a correction may be due once it is closed again.\n\n"
                f"{settings.BASE_URL}/books/{merchant.pk}/periods/{period.pk}/\n"
            ),
        )
    return BooksPeriod.objects.get(pk=period_id)


def withdraw_reopening(*, actor_id: UUID, merchant_id: UUID, period_id: UUID) -> None:
    """End a request that waits, by who asked or as another's no. Refused: not_found, reopening_gone."""
    merchant = closer_for(actor_id, merchant_id)
    with transaction.atomic():
        request = _waiting(merchant, period_id)
        BooksReopening.objects.filter(pk=request.pk).update(
            state=BooksReopening.State.WITHDRAWN, ended_at=database_now()
        )
        audit_line(
            actor_id=actor_id,
            action="period.reopening_withdrawn",
            subject=period_id,
            merchant=merchant.pk,
            reason=request.reason,
        )


def _waiting(merchant: Merchant, period_id: UUID) -> BooksReopening:
    """The request that waits, locked."""
    rows = BooksReopening.objects.select_for_update(of=("self",)).select_related("period", "asked_by")
    found = rows.filter(
        period=period_id,
        period__merchant=merchant,
        state=BooksReopening.State.ASKED,
        expires_at__gt=database_now(),
    ).first()
    if found is None:
        raise Refused("reopening_gone", "No request waits here. Nothing was changed.", status=409)
    return found


def _check(request: BooksReopening, actor_id: UUID, role: str, merchant: Merchant) -> None:
    if request.asked_by_id == actor_id:
        raise Refused(
            "two_people_needed", "You have asked for this. Another person has to agree.", status=403
        )
    if Membership.Role.OWNER not in (role, request.asked_role):
        raise Refused("owner_needed", "One of the two must be an owner. Ask the owner to agree.", status=403)
    if role_in(request.asked_by_id, merchant) != request.asked_role:
        raise Refused(
            "asker_left",
            "Who asked for this has another role now, or none. Nothing was opened: ask anew.",
            status=409,
        )
