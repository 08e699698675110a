"""An operator says whether a customer is known, and so how much the wallet may spend and hold."""

from uuid import UUID

from merchants.queries import customer_of_wallet, operator_for
from wallets.flows.set_tier import set_tier


def set_customer_tier(*, operator_id: UUID, wallet_id: UUID, tier: str, reason: str) -> bool:
    """Set the tier; `wallets` writes the audit line. Refused not_found (404), and what `set_tier` refuses."""
    operator_for(operator_id)
    customer_of_wallet(operator_id, wallet_id)
    return set_tier(actor_id=operator_id, wallet_id=wallet_id, tier=tier, reason=reason)
