"""A partner says yes: signed in with the invited address, for a business that it owns."""

from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from base.core.errors import Refused
from base.flows.record import audit_line
from merchants.core.roles import Action
from merchants.flows.tell_owners import tell_owners
from merchants.models import SplitRule
from merchants.queries import shop_for, split_by_token
from people.models import User


def accept_split(*, actor: User, token: str, partner_id: UUID) -> SplitRule:
    """Take the offer. Refused: split_unknown (404), split_other_address (403), split_own_shop,
    split_other_currency, split_answered (409), not_found (404) for a shop that is not the actor's.
    """
    with transaction.atomic():
        rule = split_by_token(token)
        if rule.email.lower() != actor.email.lower():
            raise Refused(
                "split_other_address",
                "This offer was sent to another e-mail address. Sign in with that one.",
                status=403,
            )
        partner = shop_for(actor, partner_id, Action.PAY_OUT)
        if partner.pk == rule.merchant_id:
            raise Refused("split_own_shop", "A shop cannot share with itself.", status=409)
        if partner.currency != rule.merchant.currency:
            message = (
                f"{rule.merchant.trade_name} sells in {rule.merchant.currency}; choose a shop that does."
            )
            raise Refused("split_other_currency", message, status=409)
        taken = SplitRule.objects.filter(pk=rule.pk, state=SplitRule.State.ASKED).update(
            state=SplitRule.State.ACTIVE, partner=partner, accepted_by=actor, accepted_at=Now()
        )
        if not taken:
            raise Refused("split_answered", "This offer was answered already.", status=409)
        rule.partner = partner
        for merchant_id in (rule.merchant_id, partner.pk):
            audit_line(actor_id=actor.pk, action="split.accepted", subject=rule.pk, merchant=merchant_id)
        tell_owners(
            merchant=rule.merchant,
            subject=f"{partner.trade_name} shares in your sales",
            body=f"{partner.trade_name} ({partner.legal_name}) has agreed to {rule.label}, for new sales.",
        )
    return rule
