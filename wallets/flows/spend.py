"""Debit a customer for something other than a sale: the wallet is not frozen, has it, and may spend it."""

from uuid import UUID

from django.db import connection

from base.core.errors import Refused
from wallets.core.ledger import Draft
from wallets.flows.limit_spending import limit_spending
from wallets.flows.post import post_one
from wallets.models import Wallet


def spend(*, wallet_id: UUID, currency: str, amount_minor: int, journal: Draft) -> UUID:
    """Post a journal that takes `amount_minor` from a wallet; returns the journal's id.

    Raises Refused: wallet_frozen 403, balance_too_low 409 (what is held cannot be spent), over_limit 409.
    """
    assert connection.in_atomic_block, "spend() belongs into the caller's transaction"
    # Read without a lock, as for a hold: what meets a freeze under way counts as before it.
    if Wallet.objects.filter(pk=wallet_id, frozen_at__isnull=False).exists():
        raise Refused(
            "wallet_frozen", "Your wallet is frozen. Nothing was taken. Ask our support.", status=403
        )
    try:
        posted = post_one(journal=journal)
    except Refused as no:
        if no.code != "balance_too_low":
            raise
        raise Refused(no.code, "Your wallet does not hold enough. Nothing was taken.", status=409) from no
    limit_spending(wallet_id=wallet_id, currency=currency, amount_minor=amount_minor, at=journal.happened_at)
    assert posted.journal is not None
    return posted.journal
