"""The shop says which order a payment by a printed code was for. The order then asks nobody else."""

from uuid import UUID

from django.db import transaction

from base.core.errors import Refused
from base.flows.record import audit_line
from merchants.core.roles import Action
from merchants.flows.retire_qr import retire_qr
from merchants.models import QrCode
from payments.flows.announce_change import ORDER, announce_change
from payments.models import Match
from payments.queries.orders import Order, order_of, root_of
from payments.queries.till import code_at_till, payment_at_till
from people.models import User


def match_payment(*, actor: User, till_id: UUID, payment_id: UUID, code_id: UUID) -> Order:
    """Count the payment for the order; what then is missing or too much, the answer says.

    No money moves. Refused: not_found 404; already_matched 409 for a payment of an order by its own code, and
    for one that counts for another order.
    """
    with transaction.atomic():
        _, payment = payment_at_till(actor, till_id, payment_id, Action.CHARGE)
        order = root_of(code_at_till(actor, till_id, code_id))
        QrCode.objects.select_for_update(no_key=True).get(pk=order.pk)
        known = Match.objects.filter(payment=payment).first()
        if payment.one_time_code_id is not None or (known is not None and known.order_id != order.pk):
            raise Refused(
                "already_matched",
                "This payment counts for an order already. Nothing was done.",
                status=409,
            )
        if known is None:
            # Also where two ask at once: the row of the payment is there once.
            Match.objects.get_or_create(payment=payment, defaults={"order": order, "made_by": actor})
            audit_line(
                actor_id=actor.pk,
                action="payment.matched",
                subject=payment.pk,
                merchant=payment.merchant_id,
                order=str(order.pk),
            )
            # Whoever still has its code open must not pay it a second time.
            retire_qr(actor_id=actor.pk, code_id=order.pk)
            announce_change(kind=ORDER, code=order, subject=order.pk)
        return order_of(code_at_till(actor, till_id, order.pk))
