"""An owner sends what the shop has earned to its bank: one order, one journal, however often asked.

What is settled and free leaves at once from the merchant's accounts into transit; the bank hears of it
after the commit, from a scan (`carry_payouts`). Nothing is ordered while payouts are stopped.
"""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import connection

from base.core.errors import Refused
from base.flows.once import Answer, once
from base.flows.retry import retry
from base.flows.ring import ring
from base.ids import database_now, new_id
from merchants.core.roles import Action
from merchants.models import BankAccount, Merchant
from merchants.queries import shop_for
from payments.core import payouts
from payments.core.receipt import digest
from payments.flows.tell_of_payout import tell_of_payout
from payments.models import Payout, PayoutPart
from payments.queries.payouts import check_may_pay_out, free_to_pay_out
from people.models import User
from wallets.flows.post import post_one
from wallets.rails import RAILS

TRIES = 3  # a refund may take from what was just read


def pay_out(
    *,
    actor: User,
    merchant_id: UUID,
    key: str,
    amount_minor: int | None = None,
    rail: str = "sandbox",
    happened_at: datetime | None = None,
) -> Payout:
    """Pay out `amount_minor`, or all that is free. key: one key is one payout.

    Raises Refused: not_found 404 for all but owners, rail_unknown 400, what `check_may_pay_out` raises,
    what `payouts.take` raises, key_reused 422.
    """
    way = RAILS.get(rail)
    if way is None or (way.test_money and not settings.DEMO):
        raise Refused("rail_unknown", "This way of paying out is not offered here.")
    shop_for(actor, merchant_id, Action.PAY_OUT)
    answer = _book(actor, merchant_id, key, amount_minor, rail, happened_at)
    return Payout.objects.select_related("bank_account").get(pk=answer["payout"])


@retry
def _book(
    actor: User,
    merchant_id: UUID,
    key: str,
    amount_minor: int | None,
    rail: str,
    happened_at: datetime | None,
) -> Answer:
    return once(
        scope=f"payout:{actor.pk}",
        key=key,
        request={"merchant": merchant_id, "amount_minor": amount_minor, "rail": rail},
        act=lambda: _act(actor, merchant_id, amount_minor, rail, happened_at or database_now()),
    )


def _act(actor: User, merchant_id: UUID, amount_minor: int | None, rail: str, when: datetime) -> Answer:
    # Two payouts of one merchant are decided in turn.
    merchant = Merchant.objects.select_for_update(no_key=True).get(pk=merchant_id)
    account = check_may_pay_out(merchant)
    payout_id, journal = new_id(), new_id()
    for attempt in range(1, TRIES + 1):
        free = free_to_pay_out(merchant, merchant.currency)
        order = payouts.Order(
            payout=payout_id,
            merchant=merchant_id,
            currency=merchant.currency,
            rail=rail,
            parts=payouts.take(free, merchant.currency, amount_minor=amount_minor),
            shown=account.shown,
            holder=account.holder,
            happened_at=when,
        )
        document = payouts.document(order)
        try:
            post_one(journal=payouts.ordered(order, journal=journal, sha256=digest(document)))
            break
        except Refused as no:
            if no.code != "balance_too_low" or attempt == TRIES:
                raise
    payout = _write(order, document, journal, account, actor)
    tell_of_payout(payout=payout, actor_id=actor.pk)
    ring(task="payments.tasks.carry_payouts")
    return {"payout": str(payout.pk)}


def _write(order: payouts.Order, document: str, journal: UUID, account: BankAccount, actor: User) -> Payout:
    assert connection.in_atomic_block, "the order belongs into the money's transaction"
    payout = Payout.objects.create(
        id=order.payout,
        merchant_id=order.merchant,
        bank_account=account,
        currency=order.currency,
        amount_minor=order.amount_minor,
        rail=order.rail,
        document=document,
        journal=journal,
        ordered_by=actor,
        happened_at=order.happened_at,
    )
    PayoutPart.objects.bulk_create(
        PayoutPart(payout=payout, place=place, account=part.account.code, amount_minor=part.amount_minor)
        for place, part in enumerate(order.parts, 1)
    )
    return payout
