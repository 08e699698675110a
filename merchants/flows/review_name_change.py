"""An operator agrees to a new trade name, or not. Sheets printed before keep the old one."""

from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from base.core.errors import Refused
from base.flows.record import audit_line
from merchants.flows.tell_owners import tell_owners
from merchants.models import Merchant, NameChange
from merchants.queries import not_found, operator_for


def review_name_change(*, operator_id: UUID, name_change_id: UUID, agreed: bool) -> NameChange:
    """Answer a wish once. Refused: not_found (404), already_answered (409)."""
    with transaction.atomic():
        operator_for(operator_id)
        change = NameChange.objects.select_related("merchant").filter(pk=name_change_id).first()
        if change is None:
            raise not_found()
        state = NameChange.State.AGREED if agreed else NameChange.State.DECLINED
        answered = NameChange.objects.filter(pk=change.pk, state=NameChange.State.ASKED).update(
            state=state, ended_at=Now()
        )
        if not answered:
            raise Refused("already_answered", "Somebody has answered this already.", status=409)
        before = change.merchant.trade_name
        if agreed:
            Merchant.objects.filter(pk=change.merchant_id).update(trade_name=change.trade_name)
        audit_line(
            actor_id=operator_id,
            action=f"name_change.{state}",
            subject=change.pk,
            merchant=change.merchant_id,
            before=before,
            after=change.trade_name,
        )
        answer = "Payers see it from now on." if agreed else "We could not agree to it; the old name stays."
        tell_owners(merchant=change.merchant, subject="Your new name", body=f"{change.trade_name}: {answer}")
    change.state = state
    return change
