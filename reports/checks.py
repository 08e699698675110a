"""What must always be true of sealed periods: shut, unchanged, and each exception listed once.

Whatever was closed and is not open again is compared with what the ledger says of that time now.
"""

import json

from django.db.backends.utils import CursorWrapper

from base.checks import Check, find
from base.core.findings import Finding
from reports.core.periods import Period
from reports.core.seals import read_totals
from reports.core.totals import ExportDoesNotFoot, check_foots
from reports.queries.ledger import movements_of
from reports.queries.seal_ledger import DAY, DAY_DIGEST, WHOLE_DIGEST

# The last closing of each period that is closed now.
_SEALED = """
SELECT c.id, p.merchant_id, p.label, p.starts_at, p.ends_at, p.time_zone, c.journals, c.ledger_sha256, c.rows,
    c.totals::text AS totals, c.taxes::text AS taxes
FROM reports_booksperiod p JOIN reports_booksclosing c ON c.period_id = p.id
WHERE p.state <> 'reopened'
    AND NOT EXISTS (SELECT 1 FROM reports_booksclosing n WHERE n.supersedes_id = c.id)
"""


def closed_periods_are_shut(cursor: CursorWrapper) -> list[Finding]:
    """The ledger refuses journals of every period that is closed or filed, and of no other time."""
    return find(
        cursor,
        "closed_periods_are_shut",
        """SELECT coalesce(p.label, b.starts_at::text), 'period ' || coalesce(p.state, 'missing')
            || ', ledger ' || CASE WHEN b.id IS NULL THEN 'open' ELSE 'closed' END,
            coalesce(p.merchant_id, b.shard_key)
        FROM (SELECT * FROM reports_booksperiod WHERE state <> 'reopened') p
        FULL JOIN wallets_closedbooks b ON b.shard_key = p.merchant_id
            AND b.starts_at = p.starts_at AND b.ends_at = p.ends_at
        WHERE p.id IS NULL OR b.id IS NULL""",
    )


def sealed_ledger_unchanged(cursor: CursorWrapper) -> list[Finding]:
    """The ledger holds the journals and papers that it held at the close, by number and digest."""
    return find(
        cursor,
        "sealed_ledger_unchanged",
        f"""WITH sealed AS ({_SEALED}), days AS (
            SELECT s.id, {DAY} AS day, count(*) AS journals, {DAY_DIGEST} AS digest
            FROM sealed s JOIN wallets_journal j ON j.shard_key = s.merchant_id
                AND j.happened_at >= s.starts_at AND j.happened_at < s.ends_at
            GROUP BY s.id, 2
        ), now AS (
            SELECT s.id, coalesce(sum(d.journals), 0) AS journals, {WHOLE_DIGEST} AS sha256
            FROM sealed s LEFT JOIN days d ON d.id = s.id GROUP BY s.id
        )
        SELECT s.label, 'closed with ' || s.journals || ' journals ' || s.ledger_sha256 || ', now '
            || n.journals || ' ' || n.sha256, s.merchant_id
        FROM sealed s JOIN now n ON n.id = s.id
        WHERE s.journals <> n.journals OR s.ledger_sha256 <> n.sha256""",  # noqa: S608 - fixed texts
    )


def sealed_totals_hold(cursor: CursorWrapper) -> list[Finding]:
    """The kept totals are what the ledger's accounts moved in that time, to the minor unit."""
    cursor.execute(_SEALED)
    names = [column.name for column in cursor.description]
    found = []
    for values in cursor.fetchall():
        row = dict(zip(names, values, strict=True))
        period = Period(row["label"], row["starts_at"], row["ends_at"], row["time_zone"])
        kept = read_totals(row["rows"], *(json.loads(row[name]) for name in ("totals", "taxes")))
        try:
            check_foots(kept, movements_of(cursor, row["merchant_id"], period))
        except ExportDoesNotFoot as differs:
            found.append(Finding("sealed_totals_hold", row["label"], str(differs), row["merchant_id"]))
    return found


def exceptions_listed_once(cursor: CursorWrapper) -> list[Finding]:
    """A refund in a closed period of a sale in an earlier one is in that period's list, and in no other."""
    return find(
        cursor,
        "exceptions_listed_once",
        """SELECT j.reference, 'in ' || p.label || ', listed ' || coalesce(l.label, 'nowhere'), p.merchant_id
        FROM reports_booksperiod p
        JOIN wallets_journal j ON j.shard_key = p.merchant_id AND j.kind IN ('refund', 'payout_returned')
            AND j.happened_at >= p.starts_at AND j.happened_at < p.ends_at
        LEFT JOIN payments_refund f ON f.journal = j.id LEFT JOIN payments_payment s ON s.id = f.payment_id
        LEFT JOIN payments_payout w ON w.end_journal = j.id
        JOIN reports_booksperiod e ON e.merchant_id = p.merchant_id AND e.ends_at <= p.starts_at
            AND e.starts_at <= coalesce(s.happened_at, w.happened_at)
            AND e.ends_at > coalesce(s.happened_at, w.happened_at)
        LEFT JOIN reports_booksexception x ON x.journal = j.id
        LEFT JOIN reports_booksclosing c ON c.id = x.closing_id
        LEFT JOIN reports_booksperiod l ON l.id = c.period_id
        WHERE p.state <> 'reopened' AND l.id IS DISTINCT FROM p.id
        UNION ALL
        SELECT coalesce(j.reference, x.journal::text), 'listed in ' || p.label || ', not of it', p.merchant_id
        FROM reports_booksexception x JOIN reports_booksclosing c ON c.id = x.closing_id
        JOIN reports_booksperiod p ON p.id = c.period_id LEFT JOIN wallets_journal j ON j.id = x.journal
        WHERE j.id IS NULL OR j.shard_key <> p.merchant_id
            OR j.happened_at < p.starts_at OR j.happened_at >= p.ends_at""",
    )


CHECKS: dict[str, Check] = {
    check.__name__: check
    for check in (
        closed_periods_are_shut,
        sealed_ledger_unchanged,
        sealed_totals_hold,
        exceptions_listed_once,
    )
}
