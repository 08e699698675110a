"""A month of back-dated trade: scans, confirms, settlements and a few refunds, through the flows.

Each block of thirty days has its plan, made from its number alone, so that a seeding that was cut off
goes on where it stopped and a second one finds nothing to do.
"""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from base.core.errors import Refused
from config.demo.cast import CUSTOMERS, PIN, Item
from config.demo.stage import Stage, person
from merchants.flows.create_qr import create_one_time
from merchants.flows.set_bank_account import set_bank_account
from merchants.models import QrCode
from merchants.queries import bank_account_of, token_of
from payments.core import confirmation
from payments.flows.carry_payouts import carry_payouts
from payments.flows.confirm import confirm
from payments.flows.open_session import open_session
from payments.flows.pay_out import pay_out
from payments.flows.refund import refund
from payments.flows.set_amount import set_amount
from payments.flows.settle import BATCH, settle
from payments.models import Payment
from payments.queries import quote_of
from payments.queries.payouts import free_to_pay_out
from people.models import User
from wallets.flows.top_up import top_up
from wallets.queries import balances_of

PAYMENTS = 1000
BLOCK = timedelta(days=30)
REFUND_EVERY = 83
SCANS = 3
IBAN = "GB33BUKB20201555555555"


@dataclass(frozen=True, slots=True)
class Planned:
    """One payment to be. items: an order, or empty for a typed amount on the poster."""

    at: datetime
    stage: Stage
    payer: str
    items: tuple[Item, ...]
    typed_minor: int
    tip: bool


def fund(block: int, currency: str, at: datetime) -> None:
    """Each block's own top-ups, as far as needed; a repeat is the same key and books nothing."""
    for email, funds in CUSTOMERS.items():
        if currency not in funds:
            continue
        payer = person(email, pin=True)
        for part in range(3):
            if _has(payer, currency) >= 3 * funds[currency]:
                break  # enough for a block, and a wallet must not be fuller than it may
            top_up(
                person_id=payer.pk,
                currency=currency,
                amount_minor=funds[currency],
                key=f"demo {block} {currency} {part}",
                happened_at=at,
            )


def _has(payer: User, currency: str) -> int:
    return sum(each.balance_minor for each in balances_of(payer.pk) if each.currency == currency)


def plan(block: int, stage: Stage, until: datetime) -> list[Planned]:
    """A shop's payments of a block, in the order of time. Block 0 ends at `until`."""
    dice = random.Random(f"{block} {stage.plan.trade_name}")  # noqa: S311 - a demo, the same each time
    start = until - BLOCK * (block + 1)
    zone = ZoneInfo(stage.branch.time_zone)
    moments = sorted(_moment(dice, zone, start) for _ in range(PAYMENTS * stage.plan.share // 100))
    return [_one(dice, stage, moment) for moment in moments]


def _moment(dice: random.Random, zone: ZoneInfo, start: datetime) -> datetime:
    """Some time of the block at which the shop is open, busiest at breakfast and after lunch."""
    while True:
        hour = dice.choices(range(7, 20), (3, 6, 9, 8, 6, 8, 9, 7, 5, 5, 4, 3, 1))[0]
        day = (start + timedelta(days=dice.randrange(31))).astimezone(zone)
        moment = day.replace(hour=hour, minute=dice.randrange(60), second=dice.randrange(60), microsecond=0)
        if start <= moment < start + BLOCK:
            return moment


def _one(dice: random.Random, stage: Stage, at: datetime) -> Planned:
    payers = [email for email, funds in CUSTOMERS.items() if stage.merchant.currency in funds]
    items: tuple[Item, ...] = ()
    if dice.random() < 0.4:
        items = tuple(dice.choices(stage.plan.items, k=dice.choice((1, 2, 2, 3))))
    return Planned(
        at=at,
        stage=stage,
        payer=dice.choice(payers),
        items=items,
        typed_minor=dice.choice(stage.plan.typed),
        tip=bool(items) and dice.random() < 0.25,
    )


def trade(block: int, stage: Stage, until: datetime) -> int:
    """Make what is missing of a shop's block; returns how many payments were made."""
    start, end = until - BLOCK * (block + 1), until - BLOCK * block
    rows = Payment.objects.filter(merchant=stage.merchant, happened_at__gte=start, happened_at__lt=end)
    todo = plan(block, stage, until)[rows.count() :]
    if not todo:
        return 0
    fund(block, stage.merchant.currency, start)
    before = _free(stage)
    payers = {email: person(email) for email in CUSTOMERS}
    for planned in todo:
        _pay_soon(planned, payers[planned.payer])
    while settle() == BATCH:
        pass
    _refund_some(stage, start, end)
    if block:
        _pay_out(stage, block, end, _free(stage) - before)
    return len(todo)


def _pay_soon(planned: Planned, payer: User) -> Payment:
    """Scan once more where a running service has swept the back-dated scan away before it was confirmed."""
    for _ in range(SCANS):
        try:
            return _pay(planned, payer)
        except Refused as no:
            if no.code != "session_closed":
                raise
    return _pay(planned, payer)


def _pay(planned: Planned, payer: User) -> Payment:
    stage, at = planned.stage, planned.at
    code = _order(planned) if planned.items else stage.poster
    session = open_session(token=token_of(code), person_id=payer.pk, happened_at=at)
    tip_minor = sum(item.amount_minor for item in planned.items) // 10 if planned.tip else 0
    typed_minor = None if planned.items else planned.typed_minor
    if tip_minor or typed_minor:
        set_amount(session_id=session.pk, typed_minor=typed_minor, tip_minor=tip_minor, happened_at=at)
        session.typed_minor, session.tip_minor = typed_minor, tip_minor
        session.version += 1
    shown = quote_of(session, at=at).shown_to(payer.pk)
    token = confirmation.seal(shown, expires=int(at.timestamp()) + 300, key=settings.SECRET_KEY.encode())
    return confirm(session_id=session.pk, person_id=payer.pk, confirmation=token, pin=PIN, happened_at=at)


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


def _free(stage: Stage) -> int:
    """What of sales, without tax and tips, could leave now: the account from which a payout takes first."""
    parts = free_to_pay_out(stage.merchant, stage.merchant.currency)
    return sum(part.amount_minor for part in parts if part.kind == "payable")


def _pay_out(stage: Stage, block: int, end: datetime, amount_minor: int) -> None:
    """What an older block earned leaves to the bank, without tax and tips; the newest one's money stays."""
    owner = person(stage.plan.owner)
    if bank_account_of(stage.merchant) is None:
        set_bank_account(
            actor_id=owner.pk, merchant_id=stage.merchant.pk, iban=IBAN, holder=stage.plan.legal_name
        )
    pay_out(
        actor=owner,
        merchant_id=stage.merchant.pk,
        key=f"demo block {block}",
        amount_minor=amount_minor,
        happened_at=end,
    )
    carry_payouts()


def _refund_some(stage: Stage, start: datetime, end: datetime) -> None:
    """Every 83rd payment of a block goes back a little later, whole."""
    rows = Payment.objects.filter(merchant=stage.merchant, happened_at__gte=start, happened_at__lt=end)
    for payment in rows.order_by("happened_at")[REFUND_EVERY // 2 :: REFUND_EVERY]:
        refund(
            actor=stage.cashier,
            payment_id=payment.pk,
            key=f"demo {payment.pk}",
            reason="Wrong order",
            happened_at=min(payment.happened_at + timedelta(minutes=20), end),
        )
