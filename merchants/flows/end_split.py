"""Either side ends a sharing: for sales from now on. What was sold before is still shared."""

from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from base.flows.record import audit_line
from merchants.flows.tell_owners import tell_owners
from merchants.models import SplitRule
from merchants.queries import not_found, split_for


def end_split(*, actor_id: UUID, merchant_id: UUID, rule_id: UUID) -> SplitRule:
    """End an open rule, or take an offer back. Refused not_found (404) for strangers and for ended ones."""
    with transaction.atomic():
        rule = split_for(actor_id, merchant_id, rule_id)
        ended = (
            SplitRule.objects.filter(pk=rule.pk)
            .exclude(state=SplitRule.State.ENDED)
            .update(state=SplitRule.State.ENDED, ended_at=Now())
        )
        if not ended:
            raise not_found()
        for side in (rule.merchant, rule.partner):
            if side is None:
                continue
            audit_line(actor_id=actor_id, action="split.ended", subject=rule.pk, merchant=side.pk)
            tell_owners(
                merchant=side,
                subject=f"A sharing has ended: {rule.label}",
                body=f"{rule.label}, with {rule.merchant.trade_name}. Sales made until now are still shared.",
            )
    return rule
