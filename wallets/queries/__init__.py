"""Reads of the money: a person's balances and history, scoped by that person."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Q, Sum

from base.core.errors import Refused
from wallets.core.asks import is_token
from wallets.core.chart import AccountName
from wallets.models import Account, Ask, Entry, Journal, Transfer, Wallet, Withdrawal
from wallets.models.ledger import subject_of

# Later is found by the journals' time, not by the accounts' history: an old shop's history is long.
_FREE_BEFORE = """
SELECT a.code, a.balance_minor - a.held_minor, coalesce(l.total, 0)::bigint FROM wallets_account a
LEFT JOIN (
    SELECT e.account_id, sum(e.amount_minor) AS total
    FROM wallets_journal j JOIN wallets_entry e ON e.journal_id = j.id
    WHERE j.kind <> ALL(%s) AND j.shard_key = %s AND j.happened_at >= %s
    GROUP BY e.account_id) l ON l.account_id = a.id
WHERE a.shard_key = %s AND a.currency = %s AND a.guarded
ORDER BY a.code
"""


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


@dataclass(frozen=True, slots=True)
class Receiver:
    """Who is behind a wallet's code: all that whoever has the code may know."""

    wallet_id: UUID
    person_id: UUID
    name: str


def receiver_of(token: str) -> Receiver:
    """The wallet behind a code. Refused not_found (404), the same for every code that is none."""
    rows = Wallet.objects.filter(token=token).values_list("id", "owner_id", "owner__name")
    found = rows.first() if is_token(token) else None
    if found is None:
        raise Refused("not_found", "There is nothing here that you may see.", status=404)
    return Receiver(*found)


def ask_of_link(token: str) -> Ask:
    """The ask behind a link, for everybody who has the link. Refused not_found (404)."""
    rows = Ask.objects.select_related("wallet__owner").filter(token=token)
    found = rows.first() if is_token(token) else None
    if found is None:
        raise Refused("not_found", "There is nothing here that you may see.", status=404)
    return found


def asks_of(person_id: UUID, *, limit: int = 20) -> list[Ask]:
    """A person's own asks, newest first, with who paid; one query."""
    rows = Ask.objects.filter(wallet__owner_id=person_id).select_related("transfer__payer__owner")
    return list(rows.order_by("-id")[:limit])


def withdrawals_of(person_id: UUID, *, limit: int = 20) -> list[Withdrawal]:
    """A person's own withdrawals, newest first; one query."""
    return list(Withdrawal.objects.filter(wallet__owner_id=person_id).order_by("-id")[:limit])


@dataclass(frozen=True, slots=True)
class Other:
    """The other side of a send, as one of its two may see it."""

    name: str
    note: str
    reversed: bool


def others_of(person_id: UUID, journals: Iterable[UUID]) -> dict[UUID, Other]:
    """For journals of sends that the person paid or got: the other's name and the note; one query."""
    rows = Transfer.objects.filter(
        Q(payer__owner_id=person_id) | Q(receiver__owner_id=person_id), journal__in=list(journals)
    ).values_list(
        "journal", "payer__owner_id", "payer__owner__name", "receiver__owner__name", "note", "reversal"
    )
    return {
        journal: Other(receiver if payer_id == person_id else payer, note, reversal is not None)
        for journal, payer_id, payer, receiver, note, reversal in rows
    }


def journal_named(text: str) -> UUID | None:
    """A journal by its reference or its id, for operators' commands."""
    kind, _, subject = text.rpartition(":")
    if not _is_id(subject):
        return None
    rows = Journal.objects.alias(subject=subject_of("reference"))
    found = rows.filter(subject=subject, kind=kind, reference=text) if kind else rows.filter(pk=subject)
    return found.values_list("id", flat=True).first()


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def free_of(shard_key: UUID, currency: str) -> list[tuple[AccountName, int]]:
    """The guarded accounts of a merchant or wallet with what of each is free, in minor units; one query.

    Free is the balance without what is held: what is promised but not settled is in no account yet.
    """
    rows = Account.objects.filter(shard_key=shard_key, currency=currency, guarded=True).order_by("code")
    return [
        (AccountName(code, currency, True, shard_key), balance_minor - held_minor)
        for code, balance_minor, held_minor in rows.values_list("code", "balance_minor", "held_minor")
    ]


def balance_of(name: AccountName) -> int:
    """What an account holds, in minor units, zero where it was never opened; one query."""
    return Account.objects.filter(code=name.code).values_list("balance_minor", flat=True).first() or 0


def moved_on(codes: Sequence[str], *, kind: str) -> dict[str, int]:
    """What journals of one kind moved on accounts, in minor units by code; one query.

    It reads the accounts' whole history, so ask only for accounts that seldom move.
    """
    rows = Entry.objects.filter(account__code__in=codes, journal__kind=kind)
    return dict(rows.values_list("account__code").annotate(Sum("amount_minor")).order_by("account__code"))


def free_before(
    shard_key: UUID, currency: str, before: datetime, *, leaving: Sequence[str]
) -> dict[str, int]:
    """What of each guarded account's free money came in before a moment, when the oldest leaves first.

    leaving: the kinds of journals by which money leaves; what they took counts as taken from the oldest.
    Minor units by code, zero or above; one statement, so that money that moves meanwhile is in or out whole.
    """
    with connection.cursor() as cursor:
        cursor.execute(_FREE_BEFORE, [list(leaving), shard_key, before, shard_key, currency])
        return {code: max(0, min(free, free - later)) for code, free, later in cursor.fetchall()}
