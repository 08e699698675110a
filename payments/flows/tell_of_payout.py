"""Each change of a payout has its one event and its audit line, in the transaction of the change."""

from uuid import UUID

from base.flows.record import NewEvent, audit_line, record
from payments.models import Payout


def tell_of_payout(*, payout: Payout, actor_id: UUID | None) -> None:
    """Write `payout.<state>` for the merchant's listeners and for the trail."""
    facts = {
        "payout": str(payout.pk),
        "amount_minor": payout.amount_minor,
        "currency": payout.currency,
        "state": payout.state,
    }
    event = NewEvent(
        topic=f"merchant:{payout.merchant_id}",
        kind=f"payout.{payout.state}",
        subject=payout.pk,
        shard_key=payout.merchant_id,
        payload=facts,
    )
    record(events=[event])
    audit_line(
        actor_id=actor_id,
        action=f"payout.{payout.state}",
        subject=payout.pk,
        merchant=payout.merchant_id,
        amount_minor=payout.amount_minor,
        currency=payout.currency,
    )
