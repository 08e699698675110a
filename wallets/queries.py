"""Reads of the money: a person's balances and history, scoped by that person."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from wallets.models import Account, Entry, Wallet


@dataclass(frozen=True, slots=True)
class Balance:
    """One currency of a wallet, in minor units. available = balance - held."""

    currency: str
    balance_minor: int
    held_minor: int

    @property
    def available_minor(self) -> int:
        return self.balance_minor - self.held_minor


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One entry of a person's account. reference: the journal's, e.g. "sale:<payment id>"."""

    journal: UUID
    kind: str
    reference: str
    currency: str
    amount_minor: int
    balance_after_minor: int
    happened_at: datetime


def wallet_of(person_id: UUID) -> Wallet | None:
    return Wallet.objects.filter(owner_id=person_id).first()


def balances_of(person_id: UUID) -> list[Balance]:
    """All currencies of a person's wallet, largest account history first by code; one query."""
    rows = (
        Account.objects.filter(shard_key__in=Wallet.objects.filter(owner_id=person_id).values("id"))
        .order_by("currency")
        .values_list("currency", "balance_minor", "held_minor")
    )
    return [Balance(*row) for row in rows]


def entries_of(person_id: UUID, *, limit: int = 50, before: datetime | None = None) -> list[HistoryRow]:
    """The person's newest entries by the world's time; two queries."""
    accounts = dict(
        Account.objects.filter(
            shard_key__in=Wallet.objects.filter(owner_id=person_id).values("id")
        ).values_list("id", "currency")
    )
    rows = Entry.objects.filter(account__in=list(accounts)).select_related("journal")
    if before is not None:
        rows = rows.filter(journal__happened_at__lt=before)
    rows = rows.order_by("-journal__happened_at", "-account_version")[:limit]
    return [
        HistoryRow(
            row.journal_id,
            row.journal.kind,
            row.journal.reference,
            accounts[row.account_id],
            row.amount_minor,
            row.balance_after_minor,
            row.journal.happened_at,
        )
        for row in rows
    ]
