"""Carry ordered payouts to the rail, and bring back what the bank says of those that were sent.

The table is the queue, and the rail is asked outside any transaction: an order that was sent when we were
killed is sent again under the same id, and the rail sends it once. Who is stopped waits, ordered.
"""

import logging
from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from base.flows.retry import retry
from merchants.models import PayoutStop
from payments.flows.end_payout import end_payout
from payments.flows.tell_of_payout import tell_of_payout
from payments.models import Payout
from wallets.rails import RAILS
from wallets.rails.base import Outcome, RailDown

BATCH = 100
log = logging.getLogger(__name__)


def carry_payouts(*, limit: int = BATCH) -> int:
    """One round: hand over what is ordered, ask after what is sent. Returns how many states changed."""
    stopped = PayoutStop.objects.filter(Q(merchant=OuterRef("merchant")) | Q(merchant=None), lifted_at=None)
    ordered = Payout.objects.filter(~Exists(stopped), state=Payout.State.ORDERED)
    done = sum(_hand_over(payout) for payout in _asked_least(ordered, limit))
    sent = Payout.objects.filter(state=Payout.State.SENT)
    return done + sum(_ask_after(payout) for payout in _asked_least(sent, limit))


def _asked_least(rows: QuerySet[Payout], limit: int) -> Iterable[Payout]:
    """The next ones, each with its try counted before the rail is asked.

    Another round may count the same ones in its own order, so they are locked by id first.
    """
    found = list(rows.select_related("bank_account").order_by("tries", "id")[:limit])
    counted = Payout.objects.filter(pk__in=[payout.pk for payout in found])
    with transaction.atomic():
        list(counted.order_by("pk").select_for_update(no_key=True).values_list("pk"))
        counted.update(tries=F("tries") + 1)
    return found


def _hand_over(payout: Payout) -> int:
    try:
        reference = RAILS[payout.rail].send(
            order=str(payout.pk),
            amount_minor=payout.amount_minor,
            currency=payout.currency,
            account=payout.bank_account.iban,
            name=payout.bank_account.holder,
        )
    except RailDown as error:
        log.warning("payout %s: rail %s is down: %s", payout.pk, payout.rail, error)
        return 0
    return int(_sent(payout.pk, reference))


@retry
def _sent(payout_id: UUID, reference: str) -> bool:
    with transaction.atomic(durable=True):
        changed = Payout.objects.filter(pk=payout_id, state=Payout.State.ORDERED).update(
            state=Payout.State.SENT, rail_reference=reference, sent_at=Now()
        )
        if changed:
            tell_of_payout(payout=Payout.objects.get(pk=payout_id), actor_id=None)
    return bool(changed)


def _ask_after(payout: Payout) -> int:
    try:
        outcome = RAILS[payout.rail].outcome(order=str(payout.pk), reference=payout.rail_reference)
    except RailDown as error:
        log.warning("payout %s: rail %s is down: %s", payout.pk, payout.rail, error)
        return 0
    return 0 if outcome is Outcome.WAITING else int(end_payout(payout_id=payout.pk, outcome=outcome))
