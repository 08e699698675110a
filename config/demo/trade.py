"""A month of back-dated trade: scans, confirms, settlements and a few refunds, through the flows.

Each block of thirty days has its plan, made from its number alone, so that a seeding that was cut off
goes on where it stopped and a second one finds nothing to do.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q

from config.demo.cast import CUSTOMERS, PIN, Item
from config.demo.stage import Stage, person
from merchants.flows.create_qr import create_one_time
from merchants.models import QrCode
from merchants.queries import token_of
from payments.core import confirmation
from payments.flows.confirm import confirm
from payments.flows.open_session import open_session
from payments.flows.refund import refund
from payments.flows.set_amount import set_amount
from payments.flows.settle import BATCH, settle
from payments.models import Payment, Session
from payments.queries import quote_of
from people.models import User
from wallets.flows.top_up import top_up

PAYMENTS = 1000
BLOCK = timedelta(days=30)
REFUND_EVERY = 83


@dataclass(frozen=True, slots=True)
class Planned:
    """One payment to be. items: an order, or empty for a typed amount on the poster."""

    at: datetime
    stage: Stage
    payer: str
    items: tuple[Item, ...]
    typed_minor: int
    tip: bool


def fund(block: int, at: datetime) -> None:
    """Each block's own top-ups; a repeat is the same key and books nothing."""
    for email, funds in CUSTOMERS.items():
        payer = person(email, pin=True)
        for currency, amount_minor in funds.items():
            for part in range(3):
                top_up(
                    person_id=payer.pk,
                    currency=currency,
                    amount_minor=amount_minor,
                    key=f"demo {block} {currency} {part}",
                    happened_at=at,
                )


def plan(block: int, stages: Sequence[Stage], until: datetime) -> list[Planned]:
    """The payments of a block, in the order of time. Block 0 ends at `until`."""
    dice = random.Random(block)  # noqa: S311 - a demo, the same each time
    start = until - BLOCK * (block + 1)
    trading = [stage for stage in stages if stage.plan.share]
    shares = [stage.plan.share for stage in trading]
    moments = sorted(dice.random() for _ in range(PAYMENTS))
    return [
        _one(dice, dice.choices(trading, shares)[0], start + BLOCK * moment) for moment in moments
    ]


def _one(dice: random.Random, stage: Stage, at: datetime) -> Planned:
    currency = stage.merchant.currency
    payers = [email for email, funds in CUSTOMERS.items() if currency in funds]
    items: tuple[Item, ...] = ()
    if dice.random() < 0.6:
        items = tuple(dice.choices(stage.plan.items, k=dice.choice((1, 2, 2, 3))))
    # Payers of a currency take turns, so that nobody meets the daily cap of printed codes.
    return Planned(
        at=at.replace(microsecond=0),
        stage=stage,
        payer=dice.choice(payers),
        items=items,
        typed_minor=dice.choice(stage.plan.typed),
        tip=bool(items) and dice.random() < 0.25,
    )


def trade(block: int, stages: Sequence[Stage], until: datetime) -> Iterator[int]:
    """Make what is missing of a block; yields the number made so far."""
    start = until - BLOCK * (block + 1)
    shops = [stage.merchant.pk for stage in stages]
    done = Payment.objects.filter(
        Q(merchant__in=shops), happened_at__gte=start, happened_at__lt=until - BLOCK * block
    ).count()
    todo = plan(block, stages, until)[done:]
    if not todo:
        return
    fund(block, start)
    payers = {email: person(email) for email in CUSTOMERS}
    for made, planned in enumerate(todo, start=1):
        _pay(planned, payers[planned.payer])
        if made % 100 == 0:
            yield made
    while settle() == BATCH:
        pass
    _refund_some(stages, start, until - BLOCK * block)
    yield len(todo)


def _pay(planned: Planned, payer: User) -> Payment:
    stage, at = planned.stage, planned.at
    code = _order(planned) if planned.items else stage.poster
    session = open_session(token=token_of(code), person_id=payer.pk, happened_at=at)
    tip_minor = sum(item.amount_minor for item in planned.items) // 10 if planned.tip else 0
    typed_minor = None if planned.items else planned.typed_minor
    if tip_minor or typed_minor:
        set_amount(session_id=session.pk, typed_minor=typed_minor, tip_minor=tip_minor, happened_at=at)
    whole = Session.objects.select_related("code__merchant__tax_profile", "code__branch").get(pk=session.pk)
    shown = quote_of(whole, at=at).shown_to(payer.pk)
    token = confirmation.seal(
        shown, expires=int(at.timestamp()) + 300, key=settings.SECRET_KEY.encode()
    )
    return confirm(
        session_id=session.pk, person_id=payer.pk, confirmation=token, pin=PIN, happened_at=at
    )


def _order(planned: Planned) -> QrCode:
    stage = planned.stage
    lines = [
        {
            "description": item.description,
            "category": item.category,
            "amount_minor": item.amount_minor,
        }
        for item in planned.items
    ]
    return create_one_time(
        actor_id=stage.cashier.pk,
        till_id=stage.tills[planned.at.second % len(stage.tills)].pk,
        lines=lines,
        happened_at=planned.at,
    )


def _refund_some(stages: Sequence[Stage], start: datetime, end: datetime) -> None:
    """Every 83rd payment of a block goes back a little later, whole."""
    for stage in stages:
        rows = Payment.objects.filter(
            merchant=stage.merchant, happened_at__gte=start, happened_at__lt=end
        ).order_by("happened_at")
        for payment in rows[REFUND_EVERY // 2 :: REFUND_EVERY]:
            refund(
                actor=stage.cashier,
                payment_id=payment.pk,
                key=f"demo {payment.pk}",
                reason="Wrong order",
                happened_at=min(payment.happened_at + timedelta(minutes=20), end),
            )
