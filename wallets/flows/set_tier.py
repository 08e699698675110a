"""An operator says whether a wallet's owner is known: its limits follow from the next debit on."""

from uuid import UUID

from django.db import transaction

from base.core.errors import Refused
from base.flows.record import audit_line
from wallets.core.limits import TIERS
from wallets.models import Wallet


def set_tier(*, actor_id: UUID, wallet_id: UUID, tier: str, reason: str) -> bool:
    """Set a wallet's tier. False when it had it already, or there is no such wallet.

    The caller has checked that the actor is an operator. Refused: tier_unknown, reason_missing.
    """
    if tier not in TIERS:
        raise Refused("tier_unknown", "There is no such tier of limits. Nothing was changed.")
    if not reason.strip():
        raise Refused("reason_missing", "Say why, please. Nothing was changed.")
    with transaction.atomic():
        wallet = Wallet.objects.select_for_update(no_key=True).filter(pk=wallet_id).exclude(tier=tier).first()
        if wallet is None:
            return False
        Wallet.objects.filter(pk=wallet_id).update(tier=tier)
        audit_line(
            actor_id=actor_id,
            action="wallet.tier_set",
            subject=wallet_id,
            before=wallet.tier,
            after=tier,
            reason=reason,
        )
    return True
