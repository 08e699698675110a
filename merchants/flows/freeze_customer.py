"""An operator stops all spending from a customer's wallet, or allows it again."""

from uuid import UUID

from merchants.queries import customer_of_wallet, operator_for
from wallets.flows.freeze_wallet import freeze_wallet


def freeze_customer(*, operator_id: UUID, wallet_id: UUID, on: bool, reason: str = "") -> bool:
    """Freeze (`on`) or unfreeze; `wallets` writes the audit line. Refused not_found (404)."""
    operator_for(operator_id)
    customer_of_wallet(operator_id, wallet_id)
    return freeze_wallet(actor_id=operator_id, wallet_id=wallet_id, on=on, reason=reason)
