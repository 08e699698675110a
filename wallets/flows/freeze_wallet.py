"""An operator stops, or opens again, all spending from one wallet."""

from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from base.flows.record import audit_line
from wallets.models import Wallet


def freeze_wallet(*, actor_id: UUID, wallet_id: UUID, on: bool, reason: str = "") -> bool:
    """Freeze (`on`) or unfreeze. Money promised before still settles; money may still come in.

    Returns False when it was so already. The caller has checked that the actor is an operator.
    """
    with transaction.atomic():
        changed = Wallet.objects.filter(pk=wallet_id, frozen_at__isnull=on).update(
            frozen_at=Now() if on else None
        )
        if changed:
            action = "wallet.frozen" if on else "wallet.unfrozen"
            audit_line(actor_id=actor_id, action=action, subject=wallet_id, reason=reason)
    return bool(changed)
