"""Move money from one wallet to another, in the caller's transaction: one journal, one row."""

from datetime import datetime
from uuid import UUID

from django.db import connection

from base.core.errors import Refused
from base.ids import new_id
from wallets.core import chart
from wallets.core.ledger import Draft, legs
from wallets.flows.limit_holding import limit_holding
from wallets.flows.spend import spend
from wallets.models import Ask, Transfer


def transfer(
    *,
    payer_id: UUID,
    receiver_id: UUID,
    currency: str,
    amount_minor: int,
    note: str,
    at: datetime,
    ask: Ask | None = None,
) -> Transfer:
    """Send between two wallets. ask: the ask that it answers, locked by the caller.

    Raises Refused: own_wallet 409, receiver_full 409, and what `spend` refuses.
    """
    assert connection.in_atomic_block, "transfer() belongs into the caller's transaction"
    if payer_id == receiver_id:
        raise Refused("own_wallet", "This is your own wallet. Nothing was moved.", status=409)
    row = Transfer(id=new_id(), payer_id=payer_id, receiver_id=receiver_id, ask=ask)
    row.currency, row.amount_minor, row.note, row.happened_at = currency, amount_minor, note, at
    row.journal = spend(wallet_id=payer_id, currency=currency, amount_minor=amount_minor, journal=_draft(row))
    try:
        limit_holding(wallet_id=receiver_id, currency=currency)
    except Refused as no:
        # How much the other one has or may have is nobody else's business.
        raise Refused(
            "receiver_full", "The other wallet cannot take this much. Nothing was taken.", status=409
        ) from no
    row.save(force_insert=True)
    return row


def _draft(row: Transfer) -> Draft:
    return Draft(
        id=new_id(),
        reference=f"send:{row.pk}",
        kind="send",
        happened_at=row.happened_at,
        shard_key=row.payer_id,
        legs=legs(
            (chart.customer(row.payer_id, row.currency), -row.amount_minor),
            (chart.customer(row.receiver_id, row.currency), row.amount_minor),
        ),
    )
