"""A period's refunds and payouts of one client, row by row with their journals, and what they add up to.

Takes a merchant that `client_for` gave. The period is the journal's, as in every export: so these totals are
those of the overview. Promise: a refund names its receipt and the one it corrects, and never who paid.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.backends.utils import CursorWrapper

from merchants.models import Merchant
from reports.core.accounts import AccountKey, read_code
from reports.core.paging import Key, Page, Turn, page_of
from reports.core.periods import Period
from reports.queries.snapshot import snapshot

_REFUNDS = """
refunds AS (
    SELECT f.journal AS journal_id, f.happened_at, p.currency, f.amount_minor, f.tax_minor, f.tip_minor,
        f.fee_minor, f.reason, f.payment_id, f.id AS refund_id
    FROM payments_refund f JOIN payments_payment p ON p.id = f.payment_id
    WHERE f.merchant_id = %(merchant)s AND f.state = 'posted'
        AND f.happened_at >= %(starts_at)s AND f.happened_at < %(ends_at)s
)
"""
_REFUND_ROWS = """
WITH {refunds}
SELECT r.journal_id, r.happened_at, r.currency, r.amount_minor, r.tax_minor, r.tip_minor, r.fee_minor,
    r.reason,
    t.number, t.id, s.number, s.id
FROM refunds r LEFT JOIN payments_receipt t ON t.refund_id = r.refund_id
    LEFT JOIN payments_receipt s ON s.payment_id = r.payment_id AND s.kind = 'sale'
WHERE {beyond} ORDER BY {order} LIMIT %(limit)s
"""
_REFUND_SUMS = f"""
WITH {_REFUNDS}
SELECT currency, count(*), sum(amount_minor)::bigint, sum(tax_minor)::bigint, sum(tip_minor)::bigint,
    sum(fee_minor)::bigint
FROM refunds GROUP BY 1 ORDER BY 1
"""  # noqa: S608 - built from the fixed text above; values are bound
_PAYOUTS = """
payouts AS (
    SELECT j.id AS journal_id, j.happened_at, j.kind, w.currency, w.amount_minor, w.id AS payout_id, w.state,
        w.rail_reference
    FROM wallets_journal j JOIN payments_payout w ON w.journal = j.id
    WHERE j.shard_key = %(merchant)s AND w.merchant_id = %(merchant)s AND j.kind = 'payout'
        AND j.happened_at >= %(starts_at)s AND j.happened_at < %(ends_at)s
    UNION ALL
    SELECT j.id, j.happened_at, j.kind, w.currency, -w.amount_minor, w.id, w.state, w.rail_reference
    FROM wallets_journal j JOIN payments_payout w ON w.end_journal = j.id
    WHERE j.shard_key = %(merchant)s AND w.merchant_id = %(merchant)s AND w.state = 'returned'
        AND j.happened_at >= %(starts_at)s AND j.happened_at < %(ends_at)s
)
"""
_PAYOUT_ROWS = """
WITH {payouts}
SELECT r.journal_id, r.happened_at, r.currency, r.amount_minor, r.kind, r.payout_id, r.state,
    r.rail_reference,
    coalesce((SELECT jsonb_agg(jsonb_build_array(x.account, x.amount_minor) ORDER BY x.place)
        FROM payments_payoutpart x WHERE x.payout_id = r.payout_id), '[]')
FROM payouts r WHERE {beyond} ORDER BY {order} LIMIT %(limit)s
"""
_PAYOUT_SUMS = f"""
WITH {_PAYOUTS}
SELECT currency, count(*), coalesce(sum(amount_minor) FILTER (WHERE amount_minor > 0), 0)::bigint,
    coalesce(sum(-amount_minor) FILTER (WHERE amount_minor < 0), 0)::bigint
FROM payouts GROUP BY 1 ORDER BY 1
"""  # noqa: S608 - the same


@dataclass(frozen=True, slots=True)
class RefundRow:
    """What went back, all positive; fee_minor: of our fee. corrects: the number of the sale's receipt."""

    journal: UUID
    happened_at: datetime
    currency: str
    amount_minor: int
    tax_minor: int
    tip_minor: int
    fee_minor: int
    reason: str
    number: int | None
    receipt: UUID | None
    corrects: int | None
    corrected: UUID | None

    @property
    def key(self) -> Key:
        return Key(self.happened_at, self.journal)

    @property
    def net_minor(self) -> int:
        return self.amount_minor - self.tax_minor - self.tip_minor


@dataclass(frozen=True, slots=True)
class RefundSum:
    """All refunds of a period in one currency."""

    currency: str
    refunds: int
    amount_minor: int
    tax_minor: int
    tip_minor: int
    fee_minor: int

    @property
    def net_minor(self) -> int:
        return self.amount_minor - self.tax_minor - self.tip_minor


@dataclass(frozen=True, slots=True)
class PayoutRow:
    """Money that left to the bank (positive), or came back from it (negative). parts: what each account gave
    or got back, as (account, minor units). state: of the payout today."""

    journal: UUID
    happened_at: datetime
    currency: str
    amount_minor: int
    kind: str
    payout: UUID
    state: str
    rail_reference: str
    parts: tuple[tuple[AccountKey, int], ...]

    @property
    def key(self) -> Key:
        return Key(self.happened_at, self.journal)

    @property
    def came_back(self) -> bool:
        return self.kind == "payout_returned"


@dataclass(frozen=True, slots=True)
class PayoutSum:
    """All payouts of a period in one currency; both positive."""

    currency: str
    rows: int
    sent_minor: int
    returned_minor: int

    @property
    def net_minor(self) -> int:
        return self.sent_minor - self.returned_minor


def refunds_of(merchant: Merchant, period: Period, turn: Turn) -> tuple[Page[RefundRow], list[RefundSum]]:
    """One page of a period's refunds, and the sums of all; two statements in one snapshot."""
    with snapshot() as cursor:
        rows = _rows(cursor, _REFUND_ROWS.format(refunds=_REFUNDS, **_clauses(turn)), merchant, period, turn)
        cursor.execute(_REFUND_SUMS, _values(merchant, period))
        sums = [RefundSum(*row) for row in cursor.fetchall()]
    return page_of([RefundRow(*row) for row in rows], turn), sums


def payouts_in(merchant: Merchant, period: Period, turn: Turn) -> tuple[Page[PayoutRow], list[PayoutSum]]:
    """One page of a period's payouts and returns, and the sums of all; two statements in one snapshot."""
    with snapshot() as cursor:
        rows = _rows(cursor, _PAYOUT_ROWS.format(payouts=_PAYOUTS, **_clauses(turn)), merchant, period, turn)
        cursor.execute(_PAYOUT_SUMS, _values(merchant, period))
        sums = [PayoutSum(*row) for row in cursor.fetchall()]
    return page_of([PayoutRow(*[*row[:-1], _parts(row[-1], merchant)]) for row in rows], turn), sums


def _rows(
    cursor: CursorWrapper, sql: str, merchant: Merchant, period: Period, turn: Turn
) -> list[tuple[Any, ...]]:
    cursor.execute(sql, _values(merchant, period) | turn.values)
    return cursor.fetchall()


def _clauses(turn: Turn) -> dict[str, str]:
    return {"beyond": turn.beyond("r.happened_at", "r.journal_id"), "order": turn.order}


def _values(merchant: Merchant, period: Period) -> dict[str, Any]:
    return {"merchant": merchant.pk, "starts_at": period.starts_at, "ends_at": period.ends_at}


def _parts(told: str | list[list[Any]], merchant: Merchant) -> tuple[tuple[AccountKey, int], ...]:
    pairs = json.loads(told) if isinstance(told, str) else told
    named = [(read_code(code, merchant.pk), amount_minor) for code, amount_minor in pairs]
    return tuple((name, amount_minor) for name, amount_minor in named if name is not None)
