"""Ask for an answer to an authority's figure: a row in the queue and a ring, no work while somebody waits."""

from typing import Any
from uuid import UUID

from django.db import transaction

from base.core.errors import Refused
from base.core.plain_text import plain_text
from base.flows.record import audit_line
from base.flows.retry import retry
from base.flows.ring import ring
from base.ids import database_now
from merchants.models import Membership, Merchant
from merchants.queries import role_in
from reports.core.file_names import file_stem
from reports.core.periods import Period, parse_period
from reports.models import AnswerPack
from reports.queries.books import client_for, zone_of
from wallets.core.money import parse_amount

REFERENCE_LENGTH, NOTE_LENGTH = 60, 300


@retry
def request_pack(
    *,
    actor_id: UUID,
    merchant_id: UUID,
    amount: str,
    currency: str,
    period: str,
    reference: str = "",
    note: str = "",
    personal: bool = False,
) -> AnswerPack:
    """Queue one answer. amount: as typed. personal: with the transfers of the asker's own wallet.

    Refused: not_found (404), period_invalid, amount_invalid, currency_unknown, text_invalid (400),
    period_not_begun (409), personal_not_yours (400): only an owner's own wallet is asked about with a shop.
    """
    figure_minor = parse_amount(amount, currency, allow_zero=True)
    reference = plain_text(reference, limit=REFERENCE_LENGTH)
    note = plain_text(note, limit=NOTE_LENGTH)
    with transaction.atomic():
        merchant = client_for(actor_id, merchant_id)
        if personal and role_in(actor_id, merchant) != Membership.Role.OWNER:
            raise Refused(
                "personal_not_yours",
                "Only an owner may add the transfers of the own wallet. Nothing was made.",
                field="personal",
            )
        asked = parse_period(period, zone_of(merchant))
        if asked.starts_at > database_now():
            raise Refused("period_not_begun", "This period has not begun yet.", status=409, field="period")
        pack = _queue(
            merchant,
            actor_id,
            asked,
            currency=currency,
            figure_minor=figure_minor,
            reference=reference,
            note=note,
            personal=personal,
        )
        ring(task="reports.tasks.build_pack", args=(str(pack.pk),))
    return pack


def _queue(merchant: Merchant, actor_id: UUID, asked: Period, *, note: str, **figure: Any) -> AnswerPack:
    """The row of this very question that waits or is being built; a new one where none is."""
    pack, made = AnswerPack.objects.get_or_create(
        merchant=merchant,
        asked_by_id=actor_id,
        period=asked.label,
        **figure,
        state__in=(AnswerPack.State.QUEUED, AnswerPack.State.BUILDING),
        defaults={
            "starts_at": asked.starts_at,
            "ends_at": asked.ends_at,
            "time_zone": asked.time_zone,
            "note": note,
            "file_stem": file_stem(merchant.trade_name, merchant.pk, asked.label, "answer"),
        },
    )
    if made:
        audit_line(
            actor_id=actor_id,
            action="answer_pack.requested",
            subject=pack.pk,
            merchant=merchant.pk,
            period=asked.label,
            **figure,
        )
    return pack
