"""No more money leaves to the bank: of one merchant, or of all. Sales and refunds go on.

An operator does it, or the audit of the books when it finds something wrong.
"""

from typing import Any
from uuid import UUID

from django.db import transaction

from base.core.errors import Refused
from base.flows.record import audit_line
from merchants.models import PayoutStop
from merchants.queries import operator_for, shop_for_operator

ALL = UUID(int=0)
LONGEST_REASON = 300


def stop_payouts(*, merchant_id: UUID | None, reason: str, operator_id: UUID | None) -> bool:
    """Stop the payouts of a merchant, or (None) of all. operator_id: None for the audit.

    False when they were stopped already: the first reason stays. What is with the bank by now is not
    called back. Refused: reason_missing (400), not_found (404) for who is no operator.
    """
    with transaction.atomic():
        if operator_id is not None:
            operator_for(operator_id)
            if merchant_id is not None:
                shop_for_operator(operator_id, merchant_id)
        whose: dict[str, Any] = {"merchant_id": merchant_id}
        stop, made = PayoutStop.objects.get_or_create(
            **whose,
            lifted_at=None,
            defaults={"reason": given(reason), "stopped_by_id": operator_id},
        )
        if made:
            audit_line(
                actor_id=operator_id,
                action="payouts.stopped",
                subject=merchant_id or ALL,
                merchant=merchant_id,
                stop=str(stop.pk),
                reason=stop.reason,
            )
    return made


def given(reason: str) -> str:
    """The reason in one line; Refused reason_missing (400) without one."""
    text = " ".join(reason.split())[:LONGEST_REASON]
    if not text:
        raise Refused("reason_missing", "Please say why: it stays in the audit trail.", field="reason")
    return text
