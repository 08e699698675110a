"""All payments of a period by merchant and payer's country, and what the ledger says of them.

For the platform's reports only: nothing here is scoped by an actor, whoever calls it has asked for one. Both
sides are read apart, sales and refunds from payments, the other side from journals and entries alone.
"""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.backends.utils import CursorWrapper

from reports.core.directions import Origin
from reports.core.periods import Period
from reports.queries.rows import safe_text

ROWS_A_FETCH = 1000
# (sales, refunds, what they moved with tips, tax in it), minor units
Moved = tuple[int, int, int, int]

_ORIGINS = f"""
WITH journals AS (
    SELECT id FROM wallets_journal WHERE kind IN ('sale', 'refund', 'correction')
        AND happened_at >= %(starts_at)s AND happened_at < %(ends_at)s
), moved AS (
    SELECT p.merchant_id, p.branch_id, p.payer_country, p.payer_country_source, p.currency,
        1 AS payments, 0 AS refunds, p.sale_minor AS sales_minor, 0 AS refunds_minor,
        p.tax_minor, p.tip_minor
    FROM journals j JOIN payments_payment p ON p.journal = j.id WHERE p.state = 'settled'
    UNION ALL
    SELECT p.merchant_id, p.branch_id, p.payer_country, p.payer_country_source, p.currency,
        0, 1, 0, f.tip_minor - f.amount_minor, -f.tax_minor, -f.tip_minor
    FROM journals j JOIN payments_refund f ON f.journal = j.id JOIN payments_payment p ON p.id = f.payment_id
    WHERE f.state = 'posted'
    UNION ALL
    SELECT p.merchant_id, p.branch_id, p.payer_country, p.payer_country_source, p.currency,
        0, 0, 0, 0, c.tax_minor - c.tax_before_minor, 0
    FROM journals j JOIN payments_correction c ON c.journal = j.id
        JOIN payments_payment p ON p.id = c.payment_id
), added AS (
    SELECT m.merchant_id, b.country, coalesce(m.payer_country, '') AS payer_country,
        coalesce(m.payer_country_source, '') AS source, m.currency,
        sum(m.payments)::bigint AS payments, sum(m.refunds)::bigint AS refunds,
        sum(m.sales_minor)::bigint AS sales, sum(m.refunds_minor)::bigint AS given_back,
        sum(m.tax_minor)::bigint AS tax, sum(m.tip_minor)::bigint AS tips
    FROM moved m JOIN merchants_branch b ON b.id = m.branch_id GROUP BY 1, 2, 3, 4, 5
)
SELECT a.merchant_id, {safe_text("m.legal_name")}, coalesce({safe_text("t.tax_number")}, ''),
    a.country, a.payer_country, a.source, a.currency, a.payments, a.refunds, a.sales, a.given_back,
    a.tax, a.tips
FROM added a JOIN merchants_merchant m ON m.id = a.merchant_id
    LEFT JOIN merchants_taxprofile t ON t.merchant_id = a.merchant_id
ORDER BY a.merchant_id, a.country COLLATE "C", a.payer_country COLLATE "C", a.source COLLATE "C",
    a.currency COLLATE "C"
"""  # noqa: S608 - built from fixed texts; values are bound

# What payers gave and got back is what merchants' accounts and our fees moved; tax that was already paid to
# an authority comes back as a claim.
_BOOKED = """
SELECT j.shard_key, a.currency, count(DISTINCT j.id) FILTER (WHERE j.kind = 'sale'),
    count(DISTINCT j.id) FILTER (WHERE j.kind = 'refund'), sum(e.amount_minor)::bigint,
    coalesce(sum(e.amount_minor) FILTER (WHERE split_part(a.code, ':', 4) IN ('tax', 'tax_claim')), 0)::bigint
FROM wallets_journal j JOIN wallets_entry e ON e.journal_id = j.id
    JOIN wallets_account a ON a.id = e.account_id AND a.shard_key = j.shard_key
WHERE j.kind IN ('sale', 'refund', 'correction')
    AND j.happened_at >= %(starts_at)s AND j.happened_at < %(ends_at)s
    AND (a.code LIKE 'merchant:%%' OR a.code LIKE 'platform:%%:fees:%%')
GROUP BY 1, 2
"""


def origins_of(period: Period) -> Iterator[Origin]:
    """By merchant, country of sale, payer's country, source and currency; one statement, in pieces."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(_ORIGINS, _times(period))
        while rows := cursor.fetchmany(ROWS_A_FETCH):
            for row in rows:
                yield Origin(*row)


def booked_in(cursor: CursorWrapper, period: Period) -> dict[tuple[UUID, str], Moved]:
    """The ledger's side by merchant and currency; one statement."""
    cursor.execute(_BOOKED, _times(period))
    return {(merchant, currency): tuple(moved) for merchant, currency, *moved in cursor.fetchall()}


def _times(period: Period) -> dict[str, datetime]:
    return {"starts_at": period.starts_at, "ends_at": period.ends_at}
