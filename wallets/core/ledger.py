"""A journal before it is posted: plain, frozen, and balanced or not built at all."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from wallets.core.chart import AccountName


@dataclass(frozen=True, slots=True)
class Leg:
    """One entry to be: credit is positive, in minor units of the account's currency."""

    account: AccountName
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Capture:
    """The hold that a journal ends, and how much of it is taken (the rest is released)."""

    hold: UUID
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Draft:
    """A journal to be posted.

    reference: unique for ever; posting it again finds the first. happened_at: the world's time.
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
        sums: dict[str, int] = defaultdict(int)
        for leg in self.legs:
            assert leg.amount_minor != 0, (self.reference, leg)
            sums[leg.account.currency] += leg.amount_minor
        assert len(self.legs) >= 2, self.reference
        assert not any(sums.values()), (self.reference, dict(sums))


def legs(*pairs: tuple[AccountName, int]) -> tuple[Leg, ...]:
    """Legs from pairs; zero amounts are left out, equal accounts are joined."""
    joined: dict[AccountName, int] = {}
    for account, amount_minor in pairs:
        joined[account] = joined.get(account, 0) + amount_minor
    return tuple(Leg(account, amount) for account, amount in joined.items() if amount)
