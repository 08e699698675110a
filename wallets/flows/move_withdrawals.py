"""Take open withdrawals one step on: hand them to their rails, and book what the banks say.

Found by a scan, never by trust in a message. Two of these at once do no harm: the rail knows our order's
id, and each change of state happens once.
"""

import logging
from uuid import UUID

from django.db.models import F

from wallets.flows.end_withdrawal import end_withdrawal
from wallets.flows.send_withdrawal import send_withdrawal
from wallets.models import Withdrawal
from wallets.rails import RAILS
from wallets.rails.base import RailDown

OPEN = (Withdrawal.State.ORDERED, Withdrawal.State.SENT)
log = logging.getLogger(__name__)


def move_withdrawals(*, limit: int = 100) -> int:
    """Ask the rails about up to `limit` open withdrawals; returns how many ended.

    Those asked least come first and each try is counted before it is made, so that an order whose rail
    is down, or falls over it, does not stand in the way of the others.
    """
    rows = Withdrawal.objects.filter(state__in=OPEN).order_by("tries", "id")
    ended = 0
    for withdrawal_id in list(rows.values_list("pk", flat=True)[:limit]):
        Withdrawal.objects.filter(pk=withdrawal_id).update(tries=F("tries") + 1)
        try:
            send_withdrawal(withdrawal_id=withdrawal_id)
            ended += _hear(withdrawal_id)
        except RailDown as error:
            log.warning("withdrawal %s waits: %s", withdrawal_id, error)
    return ended


def _hear(withdrawal_id: UUID) -> bool:
    row = Withdrawal.objects.filter(pk=withdrawal_id, state=Withdrawal.State.SENT).first()
    if row is None:
        return False
    outcome = RAILS[row.rail].outcome(order=str(row.pk), reference=row.rail_reference)
    return end_withdrawal(withdrawal_id=row.pk, outcome=outcome)
