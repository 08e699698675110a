"""Turnover per merchant, country and month of the place's own calendar: what thresholds are compared with.

One statement for any number of merchants. Sales count on the day of the confirm, refunds and corrections on
theirs, as in every export; what is promised and not settled yet is counted seconds later.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import date
from uuid import UUID

from django.db import connection

from merchants.models import Branch, Merchant
from reports.models import ThresholdNotice
from taxes.core.thresholds import MonthTurnover

# Exempt sales are counted apart; the others here are no sales where the law is asked, and count nowhere.
_UNTAXABLE = ["exempt", "outside_scope", "personal_transfer"]
_TURNOVER = """
WITH branches AS (
    SELECT id, merchant_id, country, time_zone FROM merchants_branch WHERE merchant_id = ANY(%(merchants)s)
), sold AS (
    SELECT p.id, p.merchant_id, b.country, p.currency, p.total_minor,
        date_trunc('month', p.happened_at AT TIME ZONE b.time_zone)::date AS month
    FROM payments_payment p JOIN branches b ON b.id = p.branch_id
    WHERE p.merchant_id = ANY(%(merchants)s) AND p.state = 'settled'
        AND p.happened_at >= %(since)s::date - 1
), refunded AS (
    SELECT f.id, p.merchant_id, b.country, p.currency,
        date_trunc('month', f.happened_at AT TIME ZONE b.time_zone)::date AS month
    FROM payments_refund f JOIN payments_payment p ON p.id = f.payment_id
        JOIN branches b ON b.id = p.branch_id
    WHERE f.merchant_id = ANY(%(merchants)s) AND f.state = 'posted' AND f.happened_at >= %(since)s::date - 1
), corrected AS (
    SELECT c.id, p.merchant_id, b.country, p.currency,
        date_trunc('month', c.happened_at AT TIME ZONE b.time_zone)::date AS month
    FROM payments_correction c JOIN payments_payment p ON p.id = c.payment_id
        JOIN branches b ON b.id = p.branch_id
    WHERE c.merchant_id = ANY(%(merchants)s) AND c.happened_at >= %(since)s::date - 1
), parts AS (
    SELECT s.merchant_id, s.country, s.month, s.currency, l.zero_reason, l.net_minor, l.tax_minor,
        0::bigint AS paid_minor, 0::bigint AS payments
    FROM sold s JOIN payments_saleline l ON l.payment_id = s.id
    WHERE NOT EXISTS (SELECT FROM payments_correctionline n WHERE n.sale_line_id = l.id AND n.is_new)
    UNION ALL
    SELECT r.merchant_id, r.country, r.month, r.currency, l.zero_reason, -g.net_minor, -g.tax_minor, 0, 0
    FROM refunded r JOIN payments_refundline g ON g.refund_id = r.id
        JOIN payments_saleline l ON l.id = g.sale_line_id
    UNION ALL
    SELECT c.merchant_id, c.country, c.month, c.currency, l.zero_reason, g.net_minor, g.tax_minor, 0, 0
    FROM corrected c JOIN payments_correctionline g ON g.correction_id = c.id
        JOIN payments_saleline l ON l.id = g.sale_line_id
    UNION ALL
    SELECT merchant_id, country, month, currency, 'outside_scope', 0, 0, total_minor, 1 FROM sold
)
SELECT merchant_id, country, month, currency,
    coalesce(sum(net_minor) FILTER (WHERE zero_reason <> ALL(%(untaxable)s)), 0)::bigint,
    coalesce(sum(net_minor) FILTER (WHERE zero_reason = 'exempt'), 0)::bigint,
    sum(tax_minor)::bigint, sum(paid_minor)::bigint, sum(payments)::bigint
FROM parts WHERE month >= %(since)s GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
"""


def turnover_of(merchants: Collection[UUID], since: date) -> dict[UUID, list[MonthTurnover]]:
    """Months from the one of `since` on, per merchant; one statement. Who sold nothing is not in it."""
    with connection.cursor() as cursor:
        cursor.execute(_TURNOVER, {"merchants": list(merchants), "since": since, "untaxable": _UNTAXABLE})
        found: dict[UUID, list[MonthTurnover]] = defaultdict(list)
        for merchant_id, *row in cursor.fetchall():
            found[merchant_id].append(MonthTurnover(*row))
    return found


def countries_of(merchants: Collection[UUID]) -> dict[UUID, set[str]]:
    """In which countries each merchant has places of sale; one query."""
    found: dict[UUID, set[str]] = defaultdict(set)
    for merchant_id, country in Branch.objects.filter(merchant__in=merchants).values_list(
        "merchant", "country"
    ):
        found[merchant_id].add(country)
    return found


def merchants_in_blocks(size: int) -> Iterator[list[UUID]]:
    """The ids of all merchants, `size` at a time, in the order in which they were made."""
    last: UUID | None = None
    while True:
        rows = Merchant.objects.order_by("pk").values_list("pk", flat=True)
        block = list((rows.filter(pk__gt=last) if last else rows)[:size])
        if not block:
            return
        yield block
        last = block[-1]


def threshold_notices_of(merchant: Merchant) -> dict[tuple[str, str, int], ThresholdNotice]:
    """What this merchant has been told, by threshold, span and level; one query."""
    rows = ThresholdNotice.objects.filter(merchant=merchant)
    return {(row.threshold, row.span, row.level): row for row in rows}
