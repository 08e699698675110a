"""Give a shift what happened at its till while no shift was open, and what no Z report has yet.

A payment under way has no row that can be seen, so no clock decides what is in: whatever can be seen is
taken, once (the payment is the key), and the next shift takes the rest. Only how far back to look goes by the
clock, with a day to spare: nobody confirms a payment for a day.
"""

from datetime import datetime, timedelta

from django.db import connection

from merchants.models import Till
from payments.models import Refund, Shift

SPARE = timedelta(days=1)
# A till that begins with shifts after years has years to count, once.
_PATIENCE = "SELECT set_config('statement_timeout', '60s', true)"
_COUNT = """
INSERT INTO payments_outsidepayment (payment_id, shift_id)
SELECT p.id, %(shift)s FROM payments_payment p
WHERE p.branch_id = %(branch)s AND p.till_id = %(till)s AND p.shift_id IS NULL
    AND p.happened_at >= coalesce(%(since)s::timestamptz, '-infinity')
    AND NOT EXISTS (SELECT 1 FROM payments_outsidepayment o WHERE o.payment_id = p.id)
"""


def count_outside(*, shift: Shift, till: Till, since: datetime | None) -> int:
    """How many payments were given to the shift; with them, the refunds. since: the last time this was done
    at the till, None for never. The caller holds the till's row or the shift's, so that one counts at a time.
    """
    assert connection.in_atomic_block, "counting belongs into the caller's transaction"
    Refund.objects.filter(till=till, shift=None, counted_in=None, state=Refund.State.POSTED).update(
        counted_in=shift
    )
    with connection.cursor() as cursor:
        cursor.execute(_PATIENCE)
        cursor.execute(
            _COUNT,
            {
                "shift": shift.pk,
                "branch": till.branch_id,
                "till": till.pk,
                "since": since - SPARE if since else None,
            },
        )
        return cursor.rowcount
