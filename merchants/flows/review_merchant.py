"""An operator has looked at a shop: payers see it as reviewed from now on, or it cannot be paid."""

from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from base.core.errors import Refused
from base.flows.record import audit_line
from merchants.flows.tell_owners import tell_owners
from merchants.models import Merchant
from merchants.queries import shop_for_operator


def review_merchant(*, operator_id: UUID, merchant_id: UUID, agreed: bool, reason: str = "") -> Merchant:
    """Agree to a waiting or rejected shop, or reject a waiting one; the owners are told by mail.

    Refused: not_found (404), already_answered (409).
    """
    review = Merchant.Review.REVIEWED if agreed else Merchant.Review.REJECTED
    open_states = {Merchant.Review.WAITING, Merchant.Review.REJECTED} - {review}
    with transaction.atomic():
        merchant = shop_for_operator(operator_id, merchant_id)
        changed = Merchant.objects.filter(pk=merchant.pk, review__in=open_states).update(
            review=review, reviewed_at=Now()
        )
        if not changed:
            raise Refused("already_answered", "Somebody has answered this already.", status=409)
        audit_line(
            actor_id=operator_id,
            action=f"merchant.{review}",
            subject=merchant.pk,
            merchant=merchant.pk,
            reason=reason,
        )
        answer = "Payers see it as reviewed from now on." if agreed else "It cannot take payments."
        tell_owners(
            merchant=merchant,
            subject="Your shop was reviewed" if agreed else "Your shop was not accepted",
            body=f"{merchant.trade_name}: {answer}{f' Reason: {reason}' if reason else ''}",
        )
    merchant.review = review
    return merchant
