"""An operator stops a shop from being paid, or opens it again. Money promised before still settles."""

from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from base.flows.record import audit_line
from merchants.models import Merchant
from merchants.queries import shop_for_operator


def freeze_merchant(*, operator_id: UUID, merchant_id: UUID, on: bool, reason: str = "") -> bool:
    """Freeze (`on`) or unfreeze. False when it was so already. Refused not_found (404)."""
    with transaction.atomic():
        merchant = shop_for_operator(operator_id, merchant_id)
        changed = Merchant.objects.filter(pk=merchant.pk, frozen_at__isnull=on).update(
            frozen_at=Now() if on else None
        )
        if changed:
            audit_line(
                actor_id=operator_id,
                action="merchant.frozen" if on else "merchant.unfrozen",
                subject=merchant.pk,
                merchant=merchant.pk,
                reason=reason,
            )
    return bool(changed)
