"""Tell the tills: one event a payment, in the transaction of the fact it tells of."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings

from base.flows.record import NewEvent, record
from base.flows.ring import ring, ring_live
from payments.core.announce import facts, topic
from payments.models import Payment
from payments.models.due import lane_of

KINDS = {"payment.promised", "payment.settled", "refund.posted"}


def announce(*, kind: str, payments: Iterable[tuple[Payment, int | None]]) -> None:
    """Write events for (payment, receipt number or None); one statement for any number."""
    assert kind in KINDS, kind
    events = [
        NewEvent(
            topic=audience(payment),
            kind=kind,
            subject=payment.pk,
            shard_key=payment.merchant_id,
            payload=payload(payment, receipt_no),
        )
        for payment, receipt_no in payments
    ]
    record(events=events)
    ring_live(topics=(event.topic for event in events))


def ring_promised(payment: Payment) -> None:
    """Ring for a promised payment: its tills first, then the lane that settles it."""
    ring_live(topics=[audience(payment)])
    ring(task="payments.tasks.settle_due", args=(str(lane_of(payment.merchant_id) % settings.SETTLE_LANES),))


def audience(payment: Payment) -> str:
    return topic(payment.till_id, payment.branch_id)


def payload(payment: Payment, receipt_no: int | None = None) -> dict[str, Any]:
    """What the tills are told of a payment."""
    return facts(
        payment=payment.pk,
        sale_minor=payment.sale_minor,
        tip_minor=payment.tip_minor,
        total_minor=payment.total_minor,
        refunded_minor=payment.refunded_minor,
        currency=payment.currency,
        state=payment.state,
        label=payment.code.label,
        reference=payment.reference,
        happened_at=payment.happened_at,
        receipt_no=receipt_no,
        code=payment.code_id,
    )
