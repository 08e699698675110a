"""A journal before it is posted: plain, frozen, and balanced or not built at all."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from base.core.errors import Refused
from wallets.core.chart import AccountName

MAX_AMOUNT = 10**15


@dataclass(frozen=True, slots=True)
class Leg:
    """One entry to be: credit is positive, in minor units of the account's currency."""

    account: AccountName
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Capture:
    """The payment whose hold a journal ends, and how much of it is taken (the rest is released)."""

    payment: UUID
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Draft:
    """A journal to be posted.

    reference: the kind, a colon and an id ("sale:<payment>"), unique for ever; posting it again finds the
    first. happened_at: the world's time.
    document_sha256: 32 bytes of the receipt or order behind it, where there is one.
    """

    id: UUID
    reference: str
    kind: str
    happened_at: datetime
    shard_key: UUID
    legs: tuple[Leg, ...]
    document_sha256: bytes | None = None
    capture: Capture | None = None

    def __post_init__(self) -> None:
        kind, _, subject = self.reference.partition(":")
        assert (kind, subject) == (self.kind, str(UUID(subject))), (self.reference, self.kind)
        check_legs(self.legs)


def check_legs(legs: Sequence[Leg]) -> None:
    """Return if these legs are a journal; PostgreSQL refuses the same when Python is bypassed.

    Refused: amount_zero, amount_too_large (above 10^15), journal_one_legged, currency_mismatch (the sum
    is zero only across currencies), journal_unbalanced.
    """
    sums: dict[str, int] = defaultdict(int)
    for leg in legs:
        if leg.amount_minor == 0:
            raise Refused("amount_zero", "An entry moves something, not zero.")
        if abs(leg.amount_minor) > MAX_AMOUNT:
            raise Refused("amount_too_large", "An entry is above what one entry may move.")
        sums[leg.account.currency] += leg.amount_minor
    if len(legs) < 2:
        raise Refused("journal_one_legged", "A journal has two entries or more.")
    if any(sums.values()):
        if sum(sums.values()) == 0:
            raise Refused("currency_mismatch", "A journal balances in each currency, not across them.")
        raise Refused("journal_unbalanced", "A journal sums to zero.")


def legs(*pairs: tuple[AccountName, int]) -> tuple[Leg, ...]:
    """Legs from pairs; zero amounts are left out, equal accounts are joined."""
    joined: dict[AccountName, int] = {}
    for account, amount_minor in pairs:
        joined[account] = joined.get(account, 0) + amount_minor
    return tuple(Leg(account, amount) for account, amount in joined.items() if amount)
