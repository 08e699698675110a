"""Take the next receipt numbers of merchants: without gaps, under lock, in the journal's transaction."""

from collections import Counter
from collections.abc import Iterable
from uuid import UUID

from django.db import connection

from payments.models import ReceiptCounter

_TAKE = """
UPDATE payments_receiptcounter c SET last = c.last + w.wanted
FROM unnest(%s::uuid[], %s::bigint[]) AS w (merchant, wanted)
WHERE c.merchant_id = w.merchant RETURNING c.merchant_id, c.last - w.wanted
"""


def number_receipts(*, merchants: Iterable[UUID]) -> list[int]:
    """One number for each merchant given, in that order; three statements for any number.

    The counters stay locked until the caller's commit, so that a rollback leaves no gap.
    """
    wanted = list(merchants)
    counts = Counter(wanted)
    ReceiptCounter.objects.bulk_create(
        [ReceiptCounter(merchant_id=merchant) for merchant in sorted(counts)], ignore_conflicts=True
    )
    # In ascending order: two batches that share merchants wait for each other instead of deadlocking.
    list(
        ReceiptCounter.objects.select_for_update()
        .filter(merchant__in=list(counts))
        .order_by("merchant")
        .values_list("pk")
    )
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [list(counts), list(counts.values())])
        last = dict(cursor.fetchall())
    numbers = []
    for merchant in wanted:
        last[merchant] += 1
        numbers.append(last[merchant])
    return numbers
