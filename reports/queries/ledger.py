"""What the ledger says of one merchant and period: the other side of every export.

Read from entries, journals and accounts alone, without a look at payments: so the two can disagree.
"""

from uuid import UUID

from django.db.backends.utils import CursorWrapper

from reports.core.periods import Period
from reports.core.totals import Movement

# The journals whose rows an export lists, and those that take from all of a merchant's accounts at once. What
# only moves between a merchant's own accounts (tax_release, recall) is in neither: see reports.core.totals.
_KINDS = ["sale", "refund", "correction", "share", "payout", "payout_returned"]
_PAYOUTS = ["payout", "payout_returned"]
_MOVEMENTS = """
SELECT CASE WHEN j.kind = ANY(%s) THEN 'merchant:' || a.shard_key || ':' || a.currency || ':payout'
    ELSE a.code END AS code, a.currency, sum(e.amount_minor)::bigint
FROM wallets_journal j JOIN wallets_entry e ON e.journal_id = j.id
    JOIN wallets_account a ON a.id = e.account_id
WHERE j.shard_key = %s AND j.kind = ANY(%s) AND j.happened_at >= %s AND j.happened_at < %s
    AND a.shard_key = j.shard_key
GROUP BY 1, a.currency ORDER BY 1
"""


def movements_of(cursor: CursorWrapper, merchant_id: UUID, period: Period) -> list[Movement]:
    """Movement of each account of the merchant by what an export lists; one statement.

    What payouts took, from whichever account, is one movement of its own: "payout".
    """
    cursor.execute(_MOVEMENTS, [_PAYOUTS, merchant_id, _KINDS, period.starts_at, period.ends_at])
    return [_movement(*row) for row in cursor.fetchall()]


def _movement(code: str, currency: str, amount_minor: int) -> Movement:
    """Codes as `wallets.core.chart` builds them: merchant:<id>:<CUR>:tax:<place>:<tax>:<rate>."""
    owner, *parts = code.split(":")
    if owner == "platform":
        return Movement(currency, parts[1], amount_minor)
    return Movement(currency, parts[2], amount_minor, *parts[3:6])
