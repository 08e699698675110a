"""The rows of an export added up per day by the clock of their place: the same relation, cut by days.

To be read inside `snapshot()`; the server keeps what has not been fetched yet.
"""

from collections.abc import Iterator
from uuid import UUID

from django.db import connection

from reports.core.days import DaySum
from reports.core.periods import Period
from reports.core.totals import Sum
from reports.queries.rows import ROWS, safe_text, values_of
from taxes.core.rates import place_of, rate_code

DAYS_A_FETCH = 1000
# What belongs to no place of sale stands under the business, by the clock of its first branch.
_DAYS = f"""
WITH {ROWS}, first AS (
    SELECT coalesce((SELECT time_zone FROM merchants_branch WHERE merchant_id = %(merchant)s ORDER BY id
        LIMIT 1), 'UTC') AS time_zone
)
SELECT * FROM (SELECT (h.happened_at AT TIME ZONE coalesce(b.time_zone, first.time_zone))::date AS day,
    coalesce(b.time_zone, first.time_zone) AS zone, coalesce(b.country, m.country) AS country,
    coalesce(b.region, '') AS region, h.currency, r.tax, r.rate, r.zero_reason, r.kind,
    {safe_text("r.tax")} AS tax_name, count(*) FILTER (WHERE r.kind = 'sale' AND r.rank = 101), count(*),
    sum(r.net_minor)::bigint, sum(r.tax_minor)::bigint
FROM items r JOIN heads h ON h.journal_id = r.journal_id JOIN merchants_merchant m ON m.id = %(merchant)s
    CROSS JOIN first LEFT JOIN merchants_branch b ON b.id = h.branch_id
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
) found
ORDER BY day, zone COLLATE "C", country COLLATE "C", region COLLATE "C", currency COLLATE "C",
    tax COLLATE "C", rate DESC NULLS LAST, zero_reason COLLATE "C", kind COLLATE "C"
"""  # noqa: S608 - built from fixed texts; values are bound


def day_sums_of(merchant_id: UUID, period: Period) -> Iterator[DaySum]:
    """One statement, fetched in pieces, in the order of `DaySum.key`'s groups."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(_DAYS, values_of(merchant_id, period))
        while rows := cursor.fetchmany(DAYS_A_FETCH):
            for day, zone, country, region, currency, tax, rate, reason, kind, name, sales, *figures in rows:
                place, code = place_of(country, region), rate_code(rate) if tax else ""
                yield DaySum(day, zone, name, sales, Sum(currency, kind, place, tax, code, reason, *figures))
