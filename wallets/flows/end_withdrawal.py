"""The bank has spoken: a sent withdrawal was paid, or it came back; its journal and state are one."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from base.flows.retry import retry
from base.ids import database_now, new_id
from wallets.core import chart
from wallets.core.ledger import Draft, legs
from wallets.flows.post import post_one
from wallets.models import Withdrawal
from wallets.rails.base import Outcome


@retry
def end_withdrawal(*, withdrawal_id: UUID, outcome: Outcome, happened_at: datetime | None = None) -> bool:
    """Book what the bank says of a sent withdrawal, once; False if it has ended, or there is no news.

    Paid: out of transit, out of our bank account. Returned: back to the customer, whatever the wallet's
    limits are; what it counted against the limits of its month stays counted.
    """
    if outcome is Outcome.WAITING:
        return False
    with transaction.atomic():
        row = (
            Withdrawal.objects.select_for_update(no_key=True)
            .filter(pk=withdrawal_id, state=Withdrawal.State.SENT)
            .first()
        )
        if row is None:
            return False
        posted = post_one(journal=_draft(row, outcome, happened_at or database_now()))
        changed = Withdrawal.objects.filter(pk=row.pk, state=Withdrawal.State.SENT).update(
            state=outcome.value, end_journal=posted.journal, ended_at=Now(), iban=""
        )
        assert changed, "a locked withdrawal changed its state"
    return True


def _draft(row: Withdrawal, outcome: Outcome, when: datetime) -> Draft:
    to = {
        Outcome.PAID: chart.cash(row.currency, row.rail),
        Outcome.RETURNED: chart.customer(row.wallet_id, row.currency),
    }[outcome]
    return Draft(
        id=new_id(),
        reference=f"withdrawal_{outcome}:{row.pk}",
        kind=f"withdrawal_{outcome}",
        happened_at=when,
        shard_key=row.wallet_id,
        legs=legs((chart.transit(row.currency, row.rail), -row.amount_minor), (to, row.amount_minor)),
    )
