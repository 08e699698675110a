"""What is left of a sale, line by line: after its refunds, and after a correction of its tax."""

from dataclasses import dataclass

from django.db import connection

from payments.core.pricing import StoredPart, lines_of
from payments.models import Payment
from taxes.core.lines import TaxedLine

# A line that a correction put there counts whole from the start; what it took off, once.
_LEFT = """
SELECT l.line, l.part, l.description, l.category, l.quantity, l.tax, l.rate, l.zero_reason,
    l.net_minor, l.tax_minor,
    (l.net_minor - coalesce(g.net_minor, 0) + coalesce(c.net_minor, 0))::bigint,
    (l.tax_minor - coalesce(g.tax_minor, 0) + coalesce(c.tax_minor, 0))::bigint,
    (SELECT coalesce(sum(f.tip_minor), 0)::bigint FROM payments_refund f
        WHERE f.payment_id = l.payment_id AND f.state = 'posted')
FROM payments_saleline l
LEFT JOIN LATERAL (
    SELECT sum(i.net_minor) AS net_minor, sum(i.tax_minor) AS tax_minor
    FROM payments_refundline i JOIN payments_refund f ON f.id = i.refund_id
    WHERE i.sale_line_id = l.id AND f.state = 'posted') g ON true
LEFT JOIN payments_correctionline c ON c.sale_line_id = l.id AND NOT c.is_new
WHERE l.payment_id = %s ORDER BY l.line, l.part
"""


@dataclass(frozen=True, slots=True)
class Remainder:
    """All lines of the payment, a correction's too: as they were written, and what is left of each."""

    sold: tuple[TaxedLine, ...]
    left: tuple[TaxedLine, ...]
    tip_minor: int


def left_of_payment(payment: Payment) -> Remainder:
    """What a full refund would give back; one query."""
    with connection.cursor() as cursor:
        cursor.execute(_LEFT, [payment.pk])
        rows = cursor.fetchall()
    sold = lines_of(StoredPart(*row[:10]) for row in rows)
    left = lines_of(StoredPart(*row[:8], *row[10:12]) for row in rows)
    return Remainder(sold, left, payment.tip_minor - (rows[0][12] if rows else 0))
