"""What leaves to a merchant's bank, and from which of its accounts: decided pure, in one order.

Sales first, then tips, then recorded tax. A partner's part (`split_due`) is not the merchant's to take, and
ring-fenced tax (`payments.core.fences`) stays until it is filed. Promised payments are not in any account
yet, so they never count.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from base.core.canonical import canonical
from base.core.errors import Refused
from wallets.core import chart
from wallets.core.chart import AccountName
from wallets.core.ledger import Draft, legs
from wallets.core.money import exponent, format_minor

# In whole units: what a bank asks for a transfer should not eat it.
_MINIMUM = {"JPY": 100, "VND": 20_000}
_ORDER = ("payable", "tips", "tax")


@dataclass(frozen=True, slots=True)
class Part:
    """So much of one account: free to be paid out, or taken by a payout. Minor units, positive."""

    account: AccountName
    amount_minor: int

    @property
    def kind(self) -> str:
        return self.account.kind


@dataclass(frozen=True, slots=True)
class Order:
    """A payout as it was ordered. shown: the masked account number; holder: whose it is."""

    payout: UUID
    merchant: UUID
    currency: str
    rail: str
    parts: tuple[Part, ...]
    shown: str
    holder: str
    happened_at: datetime

    @property
    def amount_minor(self) -> int:
        return sum(part.amount_minor for part in self.parts)


def minimum(currency: str) -> int:
    """The least that is paid out, in minor units."""
    unit: int = 10 ** exponent(currency)
    return _MINIMUM.get(currency, 1) * unit


def to_pay_out(parts: Iterable[Part], *, fenced: Iterable[Part]) -> tuple[Part, ...]:
    """What may leave of a merchant's accounts, in the order in which it is taken. fenced: what stays."""
    stays = {part.account: part.amount_minor for part in fenced}
    mine = [
        Part(part.account, part.amount_minor - stays.get(part.account, 0))
        for part in parts
        if part.kind in _ORDER
    ]
    free = [part for part in mine if part.amount_minor > 0]
    return tuple(sorted(free, key=lambda part: (_ORDER.index(part.kind), part.account.code)))


def take(free: Sequence[Part], currency: str, *, amount_minor: int | None) -> tuple[Part, ...]:
    """The parts of one payout: of all that is free, or of `amount_minor`. Sums to it, to the minor unit.

    Refused: amount_invalid (400), nothing_to_pay_out, payout_below_minimum (minimum_minor),
    payout_too_large (free_minor), all 409.
    """
    there = sum(part.amount_minor for part in free)
    wanted = there if amount_minor is None else amount_minor
    if amount_minor is not None and amount_minor <= 0:
        raise Refused("amount_invalid", "Type an amount above zero.", field="amount")
    if there == 0:
        raise Refused("nothing_to_pay_out", "There is nothing to pay out yet.", status=409)
    least = minimum(currency)
    if wanted < least:
        text = f"The least that is paid out is {format_minor(least, currency)} {currency}."
        raise Refused("payout_below_minimum", text, status=409, minimum_minor=least, field="amount")
    if wanted > there:
        text = f"Only {format_minor(there, currency)} {currency} can be paid out now. Nothing was moved."
        raise Refused("payout_too_large", text, status=409, free_minor=there, field="amount")
    taken: list[Part] = []
    for part in free:
        amount = min(part.amount_minor, wanted)
        wanted -= amount
        if amount:
            taken.append(Part(part.account, amount))
    return tuple(taken)


def document(order: Order) -> str:
    """The order as canonical JSON: the bytes whose SHA-256 stands in its journal."""
    facts = {
        "kind": "payout",
        "payout": str(order.payout),
        "merchant": str(order.merchant),
        "currency": order.currency,
        "minor_units": exponent(order.currency),
        "amount_minor": order.amount_minor,
        "parts": [{"account": part.account.code, "amount_minor": part.amount_minor} for part in order.parts],
        "rail": order.rail,
        "account": order.shown,
        "holder": order.holder,
        "happened_at": order.happened_at.isoformat(),
    }
    return canonical(facts)


def ordered(order: Order, *, journal: UUID, sha256: bytes) -> Draft:
    """The money leaves the merchant's accounts and is on its way."""
    transit = chart.transit(order.currency, order.rail)
    return Draft(
        id=journal,
        reference=f"payout:{order.payout}",
        kind="payout",
        happened_at=order.happened_at,
        shard_key=order.merchant,
        legs=legs(
            *((part.account, -part.amount_minor) for part in order.parts), (transit, order.amount_minor)
        ),
        document_sha256=sha256,
    )


def paid(order: Order, *, journal: UUID, happened_at: datetime) -> Draft:
    """The bank has it: what was on its way is gone from our account there."""
    transit, cash = chart.transit(order.currency, order.rail), chart.cash(order.currency, order.rail)
    return Draft(
        id=journal,
        reference=f"payout_paid:{order.payout}",
        kind="payout_paid",
        happened_at=happened_at,
        shard_key=order.merchant,
        legs=legs((transit, -order.amount_minor), (cash, order.amount_minor)),
    )


def returned(order: Order, *, journal: UUID, happened_at: datetime) -> Draft:
    """The bank sent it back: to the accounts that it came from, each its part."""
    transit = chart.transit(order.currency, order.rail)
    return Draft(
        id=journal,
        reference=f"payout_returned:{order.payout}",
        kind="payout_returned",
        happened_at=happened_at,
        shard_key=order.merchant,
        legs=legs(
            (transit, -order.amount_minor), *((part.account, part.amount_minor) for part in order.parts)
        ),
    )
