"""A merchant's ledger accounts, and what each of them holds and moved: trial balance and general ledger.

Read from the ledger alone, in the caller's snapshot. A balance at a moment is the kept balance without what
happened since, so it costs what happened since and not what ever was. The ledger's time is `happened_at`,
as in every export. Promise: entries of a customer, of another merchant and of the platform's own accounts are
only ever told as one sum, the other side of the books.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.backends.utils import CursorWrapper

from reports.core.accounts import AccountKey, read_code
from reports.core.periods import Period
from wallets.core import chart
from wallets.core.currencies import CURRENCIES

# Codes of one merchant lie side by side in the index; fees have one code a currency.
_ACCOUNTS = """
SELECT id, code, balance_minor FROM wallets_account
WHERE code >= %(prefix)s AND code < %(prefix)s || 'zzzz'
UNION ALL
SELECT id, code, balance_minor FROM wallets_account WHERE code = ANY (%(fees)s)
"""
# Journals of the merchant, and those of a partner's lane, which empty what was set aside for it.
MOVED = """
moved AS (
    SELECT j.id AS journal_id, j.kind, j.happened_at, e.account_id, e.amount_minor
    FROM wallets_journal j JOIN wallets_entry e ON e.journal_id = j.id
    WHERE j.shard_key = %(merchant)s AND j.happened_at >= %(starts_at)s AND e.account_id = ANY (%(accounts)s)
    UNION ALL
    SELECT j.id, j.kind, j.happened_at, e.account_id, e.amount_minor
    FROM wallets_entry e JOIN wallets_journal j ON j.id = e.journal_id
    WHERE e.account_id = ANY (%(lent)s) AND j.shard_key <> %(merchant)s AND j.happened_at >= %(starts_at)s
)
"""
_FIGURES = f"""
WITH {MOVED}
SELECT account_id, kind, happened_at >= %(ends_at)s AS later, count(*),
    coalesce(sum(-amount_minor) FILTER (WHERE amount_minor < 0), 0)::bigint,
    coalesce(sum(amount_minor) FILTER (WHERE amount_minor > 0), 0)::bigint
FROM moved GROUP BY 1, 2, 3
"""  # noqa: S608 - built from the fixed text above; values are bound
# The rest of the same journals: whose accounts they are is not told.
_OTHERS = f"""
WITH {MOVED}, touched AS (
    SELECT DISTINCT journal_id, kind FROM moved WHERE happened_at < %(ends_at)s
)
SELECT a.currency, t.kind, count(*),
    coalesce(sum(-e.amount_minor) FILTER (WHERE e.amount_minor < 0), 0)::bigint,
    coalesce(sum(e.amount_minor) FILTER (WHERE e.amount_minor > 0), 0)::bigint
FROM touched t JOIN wallets_entry e ON e.journal_id = t.journal_id
    JOIN wallets_account a ON a.id = e.account_id
WHERE e.account_id <> ALL (%(accounts)s) AND a.currency = ANY (%(currencies)s)
GROUP BY 1, 2 ORDER BY 1, 2
"""  # noqa: S608 - the same


@dataclass(frozen=True, slots=True)
class OwnAccount:
    """One of the merchant's accounts. balance_minor: as it is kept now; credit is positive."""

    id: UUID
    name: AccountKey
    balance_minor: int


@dataclass(frozen=True, slots=True)
class Moved:
    """Debits and credits of one kind of journal, both positive, with the number of entries."""

    kind: str
    entries: int
    debit_minor: int
    credit_minor: int

    @property
    def amount_minor(self) -> int:
        return self.credit_minor - self.debit_minor


@dataclass(frozen=True, slots=True)
class AccountFigures:
    """One account in one period: opening + credits - debits = closing; credit positive."""

    account: OwnAccount
    closing_minor: int
    moved: tuple[Moved, ...]

    @property
    def debit_minor(self) -> int:
        return sum(part.debit_minor for part in self.moved)

    @property
    def credit_minor(self) -> int:
        return sum(part.credit_minor for part in self.moved)

    @property
    def entries(self) -> int:
        return sum(part.entries for part in self.moved)

    @property
    def opening_minor(self) -> int:
        return self.closing_minor - self.credit_minor + self.debit_minor


def accounts_of(cursor: CursorWrapper, merchant_id: UUID) -> list[OwnAccount]:
    """All accounts of a merchant that were ever opened, in the order of the chart; one statement."""
    fees = [chart.fees(merchant_id, currency).code for currency in CURRENCIES]
    cursor.execute(_ACCOUNTS, {"prefix": f"merchant:{merchant_id}:", "fees": fees})
    named = [(key, read_code(code, merchant_id), balance) for key, code, balance in cursor.fetchall()]
    found = [OwnAccount(key, name, balance) for key, name, balance in named if name is not None]
    return sorted(found, key=lambda account: account.name.order)


def figures_of(
    cursor: CursorWrapper, merchant_id: UUID, accounts: Sequence[OwnAccount], period: Period
) -> list[AccountFigures]:
    """What each account held at both ends of a period and moved between them; one statement."""
    cursor.execute(_FIGURES, values(merchant_id, accounts, period))
    moved: dict[UUID, list[Moved]] = {}
    later: dict[UUID, int] = {}
    for account_id, kind, is_later, *counts in cursor.fetchall():
        part = Moved(kind, *counts)
        if is_later:
            later[account_id] = later.get(account_id, 0) + part.amount_minor
        else:
            moved.setdefault(account_id, []).append(part)
    return [
        AccountFigures(
            account,
            account.balance_minor - later.get(account.id, 0),
            tuple(sorted(moved.get(account.id, ()), key=lambda part: part.kind)),
        )
        for account in accounts
    ]


def others_of(
    cursor: CursorWrapper, merchant_id: UUID, accounts: Sequence[OwnAccount], period: Period
) -> list[tuple[str, Moved]]:
    """The other side of a period's journals, by currency and kind of journal; one statement."""
    cursor.execute(_OTHERS, values(merchant_id, accounts, period))
    return [(currency, Moved(*rest)) for currency, *rest in cursor.fetchall()]


def values(merchant_id: UUID, accounts: Sequence[OwnAccount], period: Period) -> dict[str, Any]:
    """What MOVED is bound to."""
    return {
        "merchant": merchant_id,
        "starts_at": period.starts_at,
        "ends_at": period.ends_at,
        "accounts": [account.id for account in accounts],
        "lent": [account.id for account in accounts if account.name.kind == "split_due"],
        "currencies": sorted({account.name.currency for account in accounts}),
    }
