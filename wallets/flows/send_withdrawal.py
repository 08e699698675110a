"""Hand one ordered withdrawal to its rail. Killed between the rail and our row, the next try finds both."""

from uuid import UUID

from django.db import transaction

from wallets.models import Withdrawal
from wallets.rails import RAILS


def send_withdrawal(*, withdrawal_id: UUID) -> bool:
    """Send an order that is not sent yet; False if it was. Raises RailDown.

    The rail is asked outside any transaction, under our order's id: asking again sends nothing more.
    """
    # Durable: who calls this inside a transaction is told so, before the network is asked.
    with transaction.atomic(durable=True):
        ordered = Withdrawal.objects.filter(pk=withdrawal_id, state=Withdrawal.State.ORDERED)
        row = ordered.select_related("wallet__owner").first()
    if row is None:
        return False
    reference = RAILS[row.rail].send(
        order=str(row.pk),
        amount_minor=row.amount_minor,
        currency=row.currency,
        account=row.iban,
        name=row.wallet.owner.name,
    )
    changed = Withdrawal.objects.filter(pk=row.pk, state=Withdrawal.State.ORDERED).update(
        state=Withdrawal.State.SENT, rail_reference=reference
    )
    return bool(changed)
