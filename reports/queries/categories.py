"""The rows of an export added up per tax category, for the figures of tax forms: the same relation again."""

from uuid import UUID

from django.db.backends.utils import CursorWrapper

from reports.core.periods import Period
from reports.core.returns import CategorySum
from reports.queries.rows import ROWS, values_of
from taxes.core.rates import place_of, rate_code

_CATEGORY_SUMS = f"""
WITH {ROWS}
SELECT h.currency, coalesce(b.country, m.country), coalesce(b.region, ''), r.tax, r.rate, r.zero_reason,
    r.category, count(*), count(DISTINCT r.journal_id), sum(r.net_minor)::bigint, sum(r.tax_minor)::bigint
FROM items r JOIN heads h ON h.journal_id = r.journal_id JOIN merchants_merchant m ON m.id = %(merchant)s
    LEFT JOIN merchants_branch b ON b.id = h.branch_id
WHERE r.category <> ''
GROUP BY 1, 2, 3, 4, 5, 6, 7 ORDER BY 1, 2, 3, 4, 5 DESC NULLS LAST, 6, 7
"""  # noqa: S608 - built from fixed texts; values are bound


def category_sums_of(cursor: CursorWrapper, merchant_id: UUID, period: Period) -> list[CategorySum]:
    """What was sold and given back, by place, tax, rate, zero reason and category; one statement.

    The rows with a category are those of goods and services: no tip, fee, part or payout has one.
    """
    cursor.execute(_CATEGORY_SUMS, values_of(merchant_id, period))
    return [
        CategorySum(currency, place_of(country, region), tax, rate_code(rate) if tax else "", *rest)
        for currency, country, region, tax, rate, *rest in cursor.fetchall()
    ]
