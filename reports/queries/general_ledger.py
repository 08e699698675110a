"""The general ledger of one client: an account's journals with the balance that each left, and one journal.

Takes a merchant that `client_for` gave. Lists go by key (moment and id), not by page number, so that the
hundredth page costs what the first does and no row is shown twice while others come in. Balances run in the
order of `happened_at`. Promise: a journal of somebody else is the same "not found" as none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from merchants.models import Merchant
from merchants.queries import not_found
from reports.core.accounts import AccountKey, read_code
from reports.core.paging import Key, Page, Turn, page_of
from reports.core.periods import Period
from reports.queries.accounts import MOVED, AccountFigures, accounts_of, figures_of, values
from reports.queries.snapshot import snapshot

_LINES = """
WITH {moved}, lines AS (
    SELECT journal_id, kind, happened_at, sum(amount_minor)::bigint AS amount_minor
    FROM moved WHERE happened_at < %(ends_at)s GROUP BY 1, 2, 3
), running AS (
    SELECT lines.*, sum(amount_minor) OVER (ORDER BY happened_at, journal_id)::bigint AS so_far FROM lines
)
SELECT r.journal_id, r.kind, r.happened_at, r.amount_minor, r.so_far, t.number, t.id, coalesce(p.id, b.id)
FROM running r LEFT JOIN payments_receipt t ON t.journal = r.journal_id
    LEFT JOIN payments_payout p ON p.journal = r.journal_id
    LEFT JOIN payments_payout b ON b.end_journal = r.journal_id
WHERE (%(kinds)s::text[] IS NULL OR r.kind = ANY (%(kinds)s::text[])) AND {beyond}
ORDER BY {order} LIMIT %(limit)s
"""
_JOURNAL = """
SELECT j.id, j.kind, j.happened_at, j.created_at, encode(j.document_sha256, 'hex'), t.number, t.id,
    coalesce(p.id, b.id)
FROM wallets_journal j LEFT JOIN payments_receipt t ON t.journal = j.id
    LEFT JOIN payments_payout p ON p.journal = j.id LEFT JOIN payments_payout b ON b.end_journal = j.id
WHERE j.id = %s
"""
_ENTRIES = """
SELECT a.code, a.currency, e.amount_minor FROM wallets_entry e JOIN wallets_account a ON a.id = e.account_id
WHERE e.journal_id = %s ORDER BY e.line
"""


@dataclass(frozen=True, slots=True)
class Line:
    """One journal on one account, credit positive. balance_minor: after it, in the order of happening.

    receipt_no, receipt: of a sale or refund. payout: of a payout, sent or returned.
    """

    journal: UUID
    kind: str
    happened_at: datetime
    amount_minor: int
    balance_minor: int
    receipt_no: int | None
    receipt: UUID | None
    payout: UUID | None

    @property
    def key(self) -> Key:
        return Key(self.happened_at, self.journal)


@dataclass(frozen=True, slots=True)
class AccountBook:
    """An account in a period: its figures, one page of its lines, and the client's other accounts."""

    figures: AccountFigures
    lines: Page[Line]
    accounts: list[AccountKey]


@dataclass(frozen=True, slots=True)
class JournalBook:
    """One journal as the client may see it. others: (currency, minor units) of everybody else's entries."""

    line: Line
    created_at: datetime
    document_sha256: str
    entries: list[tuple[AccountKey, int]]
    others: list[tuple[str, int]]


def account_book(
    merchant: Merchant, period: Period, account: str, turn: Turn, kinds: Sequence[str] | None = None
) -> AccountBook | None:
    """One page of an account by its key ("EUR:tips"); three statements. None: no such account (yet)."""
    with snapshot() as cursor:
        accounts = accounts_of(cursor, merchant.pk)
        wanted = [each for each in accounts if each.name.key == account]
        if not wanted:
            return None
        (figures,) = figures_of(cursor, merchant.pk, wanted, period)
        bound = values(merchant.pk, wanted, period) | {
            "kinds": list(kinds) if kinds is not None else None,
            **turn.values,
        }
        cursor.execute(
            _LINES.format(moved=MOVED, beyond=turn.beyond("r.happened_at", "r.journal_id"), order=turn.order),
            bound,
        )
        opening = figures.opening_minor
        rows = [Line(*[*row[:4], opening + row[4], *row[5:]]) for row in cursor.fetchall()]
    return AccountBook(figures, page_of(rows, turn), [each.name for each in accounts])


def accounts_in(merchant: Merchant) -> list[AccountKey]:
    """The client's accounts, in the order of the chart; one statement."""
    with snapshot() as cursor:
        return [each.name for each in accounts_of(cursor, merchant.pk)]


def journal_book(merchant: Merchant, journal_id: UUID) -> JournalBook:
    """A journal that touches an account of the client; two statements. Refused not_found (404)."""
    with snapshot() as cursor:
        cursor.execute(_JOURNAL, [journal_id])
        found = cursor.fetchone()
        cursor.execute(_ENTRIES, [journal_id])
        mine: list[tuple[AccountKey, int]] = []
        others: dict[str, int] = {}
        for code, currency, amount_minor in cursor.fetchall():
            name = read_code(code, merchant.pk)
            if name is not None:
                mine.append((name, amount_minor))
            else:
                others[currency] = others.get(currency, 0) + amount_minor
    if found is None or not mine:
        raise not_found()
    journal, kind, happened_at, created_at, sha256, *papers = found
    line = Line(journal, kind, happened_at, 0, 0, *papers)
    told = {name.currency for name, _ in mine}
    rest = [(currency, amount) for currency, amount in sorted(others.items()) if currency in told]
    return JournalBook(line, created_at, sha256 or "", mine, rest)
