"""A payment was matched to the wrong order: it counts for none again. No money moves."""

from uuid import UUID

from django.db import transaction

from base.flows.record import audit_line
from merchants.core.roles import Action
from payments.flows.announce_change import ORDER, announce_change
from payments.models import Match
from payments.queries.till import payment_at_till
from people.models import User


def unmatch_payment(*, actor: User, till_id: UUID, payment_id: UUID) -> bool:
    """Take the match away; False where there is none. The order stays called off. Refused not_found 404."""
    with transaction.atomic():
        _, payment = payment_at_till(actor, till_id, payment_id, Action.CHARGE)
        match = Match.objects.select_for_update().select_related("order").filter(payment=payment).first()
        if match is None:
            return False
        order = match.order
        match.delete()
        audit_line(
            actor_id=actor.pk,
            action="payment.unmatched",
            subject=payment.pk,
            merchant=payment.merchant_id,
            order=str(order.pk),
        )
        announce_change(kind=ORDER, code=order, subject=order.pk)
    return True
