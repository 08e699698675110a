"""What the bank says of a sent payout: it has it, or it sent it back. Booked once, whoever says it twice."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from base.flows.retry import retry
from base.ids import database_now, new_id
from merchants.flows.tell_owners import tell_owners
from payments.core import payouts
from payments.flows.tell_of_payout import tell_of_payout
from payments.models import Payout
from payments.queries.payouts import order_of
from wallets.core.money import format_minor
from wallets.flows.post import post_one
from wallets.rails.base import Outcome


@retry
def end_payout(*, payout_id: UUID, outcome: Outcome, happened_at: datetime | None = None) -> bool:
    """Book the end of a sent payout; False when it is not sent yet or has ended before.

    Paid: transit to cash. Returned: transit back to the accounts that it came from, and the owners are told.
    """
    assert outcome is not Outcome.WAITING, payout_id
    with transaction.atomic(durable=True):
        payout = (
            Payout.objects.select_for_update(of=("self",))
            .select_related("bank_account", "merchant")
            .filter(pk=payout_id, state=Payout.State.SENT)
            .first()
        )
        if payout is None:
            return False
        when = happened_at or database_now()
        build = payouts.paid if outcome is Outcome.PAID else payouts.returned
        draft = build(order_of(payout), journal=new_id(), happened_at=when)
        post_one(journal=draft)
        payout.state = Payout.State.PAID if outcome is Outcome.PAID else Payout.State.RETURNED
        changed = Payout.objects.filter(pk=payout_id, state=Payout.State.SENT).update(
            state=payout.state, end_journal=draft.id, ended_at=Now()
        )
        assert changed, "a locked payout changed its state"
        tell_of_payout(payout=payout, actor_id=None)
        if outcome is Outcome.RETURNED:
            _tell_owners(payout)
    return True


def _tell_owners(payout: Payout) -> None:
    amount = f"{format_minor(payout.amount_minor, payout.currency)} {payout.currency}"
    tell_owners(
        merchant=payout.merchant,
        subject=f"{payout.merchant.trade_name}: a payout came back",
        body=(
            f"The bank sent {amount} back that went to {payout.bank_account.shown}. The money is with us,\n"
            "where it was before. Look at the account's number and holder, then pay out again."
        ),
    )
