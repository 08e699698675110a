"""What the ledger holds of a period, as one digest; and which of its journals change an earlier period.

A digest is SHA-256 over the days' digests (UTC), and a day's over its journals' ids and papers in order: so
no statement ever holds more than a day.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.backends.utils import CursorWrapper

from reports.core.periods import Period
from reports.core.seals import LedgerState

DAY = "date_trunc('day', j.happened_at, 'UTC')"
DAY_DIGEST = """sha256(string_agg(
    uuid_send(j.id) || coalesce(j.document_sha256, decode(repeat('00', 32), 'hex')), ''::bytea
    ORDER BY j.id))"""
WHOLE_DIGEST = "encode(sha256(coalesce(string_agg(d.digest, ''::bytea ORDER BY d.day), ''::bytea)), 'hex')"

_STATE = f"""
SELECT coalesce(sum(d.journals), 0)::bigint, max(d.head)::uuid, {WHOLE_DIGEST}
FROM (
    SELECT {DAY} AS day, count(*) AS journals, max(j.id::text) AS head, {DAY_DIGEST} AS digest
    FROM wallets_journal j
    WHERE j.shard_key = %s AND j.happened_at >= %s AND j.happened_at < %s GROUP BY 1
) d
"""  # noqa: S608 - built from the fixed texts above; values are bound

# A journal of the period that belongs to something of an earlier closed one; and, where the period was closed
# before, each that has come since. Those that a list has already are in that list for ever.
_EXCEPTIONS = """
SELECT j.id, j.kind, coalesce(b.id, p.id, q.id), j.happened_at,
    coalesce(b.currency, p.currency, w.currency, r.currency, s.currency, m.currency),
    coalesce(-f.amount_minor, p.total_minor, -w.amount_minor, r.amount_minor, s.amount_minor, 0),
    coalesce(-f.tax_minor, p.tax_minor, c.tax_minor - c.tax_before_minor, 0), coalesce(e.id, %(own)s),
    coalesce(e.label, (SELECT o.label FROM reports_booksperiod o WHERE o.id = %(own)s))
FROM wallets_journal j JOIN merchants_merchant m ON m.id = j.shard_key
    LEFT JOIN payments_payment p ON j.kind = 'sale' AND p.id = split_part(j.reference, ':', 2)::uuid
    LEFT JOIN payments_refund f ON f.journal = j.id LEFT JOIN payments_payment b ON b.id = f.payment_id
    LEFT JOIN payments_correction c ON c.journal = j.id LEFT JOIN payments_payment q ON q.id = c.payment_id
    LEFT JOIN payments_payout w ON w.journal = j.id
    LEFT JOIN payments_payout r ON r.end_journal = j.id AND r.state = 'returned'
    LEFT JOIN payments_splitshare s ON s.journal = j.id
    LEFT JOIN reports_booksperiod e ON e.merchant_id = j.shard_key AND e.ends_at <= %(starts_at)s
        AND e.starts_at <= coalesce(b.happened_at, q.happened_at, r.happened_at)
        AND e.ends_at > coalesce(b.happened_at, q.happened_at, r.happened_at)
WHERE j.shard_key = %(merchant)s AND j.happened_at >= %(starts_at)s AND j.happened_at < %(ends_at)s
    AND (j.kind IN ('refund', 'correction', 'payout_returned') OR j.created_at >= %(since)s)
    AND (e.id IS NOT NULL OR j.created_at >= %(since)s)
    AND NOT EXISTS (SELECT 1 FROM reports_booksexception x WHERE x.journal = j.id)
ORDER BY j.happened_at, j.id
"""


@dataclass(frozen=True, slots=True)
class Change:
    """A journal that changes what an earlier closing said. concerns, label: of that closing's period."""

    journal: UUID
    kind: str
    payment: UUID | None
    happened_at: datetime
    currency: str
    amount_minor: int
    tax_minor: int
    concerns: UUID
    label: str


def ledger_state(cursor: CursorWrapper, merchant_id: UUID, period: Period) -> LedgerState:
    """What the ledger holds; one statement."""
    cursor.execute(_STATE, [merchant_id, period.starts_at, period.ends_at])
    return LedgerState(*cursor.fetchone())


def changes_in(
    merchant_id: UUID, starts_at: datetime, ends_at: datetime, *, own: UUID | None, since: datetime | None
) -> list[Change]:
    """What a closing of this time would list as exceptions; one statement.

    own, since: the period's own row and its last closing, where it was closed before.
    """
    values: dict[str, Any] = {
        "merchant": merchant_id, "starts_at": starts_at, "ends_at": ends_at, "own": own, "since": since,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_EXCEPTIONS, values)
        return [Change(*row) for row in cursor.fetchall()]
