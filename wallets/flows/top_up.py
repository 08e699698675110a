"""Bring money from a rail into a person's wallet: one order, one journal, however often asked."""

from datetime import datetime
from uuid import UUID

from django.conf import settings

from base.core.errors import Refused
from base.flows.once import Answer, once
from base.flows.retry import retry
from base.ids import database_now, new_id
from wallets.core import chart
from wallets.core.ledger import Draft, legs
from wallets.core.limits import caps
from wallets.core.money import format_minor
from wallets.flows.limit_holding import limit_holding
from wallets.flows.open_account import open_wallet
from wallets.flows.post import post_one
from wallets.models import TopUp, Wallet
from wallets.rails import RAILS
from wallets.rails.base import Collected


def top_up(
    *,
    person_id: UUID,
    currency: str,
    amount_minor: int,
    key: str,
    rail: str = "sandbox",
    happened_at: datetime | None = None,
) -> TopUp:
    """Top up a wallet. key: made by the page or client before sending; one key is one top-up.

    Raises Refused("rail_unknown"), ("amount_invalid"), ("amount_too_large", cap_minor=...),
    ("wallet_full", 409, cap_minor=...), ("key_reused", 422) for other terms under a used key.
    """
    way_in = RAILS.get(rail)
    if way_in is None or (way_in.test_money and not settings.DEMO):
        raise Refused("rail_unknown", "This way of topping up is not offered here.")
    if amount_minor <= 0:
        raise Refused("amount_invalid", "Type an amount above zero.")
    cap = caps(currency, reviewed=True).top_up
    if amount_minor > cap:
        raise Refused(
            "amount_too_large",
            f"The most for one top-up is {format_minor(cap, currency)} {currency}.",
            cap_minor=cap,
        )
    # The rail is asked before the transaction (no network inside one), under the caller's key.
    money = way_in.collect(order=f"{person_id}:{key}", amount_minor=amount_minor, currency=currency)
    request = {"currency": currency, "amount_minor": amount_minor, "rail": rail}
    answer = _book(person_id, key, rail, request, money, happened_at)
    return TopUp.objects.get(pk=answer["top_up"])


@retry
def _book(
    person_id: UUID,
    key: str,
    rail: str,
    request: dict[str, object],
    money: Collected,
    happened_at: datetime | None,
) -> Answer:
    def act() -> Answer:
        wallet = open_wallet(person_id=person_id)
        when = happened_at or database_now()
        row = TopUp(id=new_id(), wallet=wallet, currency=money.currency, amount_minor=money.amount_minor)
        row.rail, row.rail_reference, row.happened_at = rail, money.reference, when
        posted = post_one(journal=_draft(row, wallet))
        limit_holding(wallet_id=wallet.pk, currency=row.currency)
        row.state, row.journal = TopUp.State.BOOKED, posted.journal
        row.save(force_insert=True)
        return {"top_up": str(row.pk)}

    return once(scope=f"top_up:{person_id}", key=key, request=request, act=act)


def _draft(row: TopUp, wallet: Wallet) -> Draft:
    return Draft(
        id=new_id(),
        reference=f"top_up:{row.pk}",
        kind="top_up",
        happened_at=row.happened_at,
        shard_key=wallet.pk,
        legs=legs(
            (chart.cash(row.currency, row.rail), -row.amount_minor),
            (chart.customer(wallet.pk, row.currency), row.amount_minor),
        ),
    )
