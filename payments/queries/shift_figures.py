"""What a shift has counted, added up by the database: five statements, however many payments there are.

A shift counts the payments that carry it, and those that were made while its till had no shift and that it
was the first to find. Sums are of what was confirmed; refunds stand beside them, never in them.
"""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection

from payments.core.z_report import Figures, RateSum, Refunds, Sales, Taken

_COUNTED = """WITH counted AS (
    SELECT p.id, false AS outside FROM payments_payment p WHERE p.shift_id = %(shift)s
    UNION ALL
    SELECT o.payment_id, true FROM payments_outsidepayment o WHERE o.shift_id = %(shift)s
)"""
_SALES = """:counted
SELECT c.outside, count(*), sum(p.sale_minor), sum(p.tax_minor), sum(p.tip_minor), sum(p.total_minor),
    sum(p.fee_minor), min(r.number), max(r.number), count(*) - count(r.number), count(p.provisional)
FROM counted c JOIN payments_payment p ON p.id = c.id
LEFT JOIN payments_receipt r ON r.payment_id = p.id AND r.kind = 'sale'
GROUP BY c.outside""".replace(":counted", _COUNTED)
# The first tax of a line carries its net and further ones none: each tax is told the net of the whole line.
# Lines that a later correction of the tax has put there were not confirmed by anybody.
_RATES = """:counted, parts AS (
    SELECT c.outside, l.tax, l.rate, l.zero_reason, l.tax_minor,
        sum(l.net_minor) OVER (PARTITION BY l.payment_id, l.line) AS net_minor
    FROM counted c JOIN payments_saleline l ON l.payment_id = c.id
    WHERE NOT EXISTS (SELECT FROM payments_correctionline n WHERE n.sale_line_id = l.id AND n.is_new)
)
SELECT outside, tax, rate, zero_reason, sum(net_minor), sum(tax_minor) FROM parts
GROUP BY outside, tax, rate, zero_reason ORDER BY outside, tax, rate DESC, zero_reason""".replace(
    ":counted", _COUNTED
)
_BACK = """WITH back AS (
    SELECT r.*, false AS outside FROM payments_refund r WHERE r.shift_id = %(shift)s AND r.state = 'posted'
    UNION ALL
    SELECT r.*, true FROM payments_refund r WHERE r.counted_in_id = %(shift)s AND r.state = 'posted'
)"""
_REFUNDS = """:back
SELECT outside, count(*), sum(amount_minor), sum(tax_minor), sum(tip_minor) FROM back
GROUP BY outside""".replace(":back", _BACK)
_REFUND_RATES = """:back, parts AS (
    SELECT b.outside, s.tax, s.rate, s.zero_reason, l.tax_minor,
        sum(l.net_minor) OVER (PARTITION BY l.refund_id, s.line) AS net_minor
    FROM back b JOIN payments_refundline l ON l.refund_id = b.id
    JOIN payments_saleline s ON s.id = l.sale_line_id
)
SELECT outside, tax, rate, zero_reason, sum(net_minor), sum(tax_minor) FROM parts
GROUP BY outside, tax, rate, zero_reason HAVING sum(net_minor) <> 0 OR sum(tax_minor) <> 0
ORDER BY outside, tax, rate DESC, zero_reason""".replace(":back", _BACK)
# A waiter's own code says whose the payment is; else it is theirs who held the shift at that moment.
_CASHIERS = """
SELECT coalesce(c.cashier_id, (
        SELECT h.taker_id FROM payments_handover h
        WHERE h.shift_id = p.shift_id AND h.happened_at <= p.happened_at
        ORDER BY h.happened_at DESC, h.id DESC LIMIT 1
    ), s.opened_by_id) AS person, count(*), sum(p.tip_minor), sum(p.total_minor)
FROM payments_payment p JOIN payments_shift s ON s.id = p.shift_id JOIN merchants_qrcode c ON c.id = p.code_id
WHERE p.shift_id = %(shift)s GROUP BY person ORDER BY person"""


def figures_of(shift_id: UUID) -> Figures:
    """All figures of a shift; five queries. Exact under the lock that closes it, else as of now."""
    rates, refund_rates = _by_side(_RATES, shift_id), _by_side(_REFUND_RATES, shift_id)
    sales = {side: _sales(rows[0], rates) for side, rows in _by_side(_SALES, shift_id).items()}
    back = {side: _refunds(rows[0], refund_rates) for side, rows in _by_side(_REFUNDS, shift_id).items()}
    return Figures(
        sales=sales.get(False, Sales()),
        sales_outside=sales.get(True, Sales()),
        refunds=back.get(False, Refunds()),
        refunds_outside=back.get(True, Refunds()),
        cashiers=tuple(
            Taken(person, payments, int(tips), int(total))
            for person, payments, tips, total in _rows(_CASHIERS, shift_id)
        ),
    )


Rows = dict[bool, list[tuple[Any, ...]]]


def _by_side(statement: str, shift_id: UUID) -> Rows:
    """Rows by their first column: whether they were outside any shift."""
    found: Rows = {}
    for row in _rows(statement, shift_id):
        found.setdefault(row[0], []).append(row)
    return found


def _rows(statement: str, shift_id: UUID) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"shift": shift_id})
        return cursor.fetchall()


def _sales(row: tuple[Any, ...], rates: Rows) -> Sales:
    outside, payments, sale, tax, tip, total, fee, first, last, waiting, provisional = row
    return Sales(
        payments=payments,
        sale_minor=int(sale),
        tax_minor=int(tax),
        tip_minor=int(tip),
        total_minor=int(total),
        fee_minor=int(fee),
        first_receipt=first,
        last_receipt=last,
        waiting=waiting,
        provisional=provisional,
        rates=_rates(rates.get(outside, [])),
    )


def _refunds(row: tuple[Any, ...], rates: Rows) -> Refunds:
    outside, refunds, amount, tax, tip = row
    return Refunds(
        refunds=refunds,
        amount_minor=int(amount),
        tax_minor=int(tax),
        tip_minor=int(tip),
        rates=_rates(rates.get(outside, [])),
    )


def _rates(rows: list[tuple[Any, ...]]) -> tuple[RateSum, ...]:
    return tuple(
        RateSum(tax, Decimal(rate), reason, int(net), int(amount))
        for _, tax, rate, reason, net, amount in rows
    )
