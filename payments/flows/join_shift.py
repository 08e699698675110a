"""The shift that is open at a till now, so that what is written belongs to it: closing waits for the caller.

The same lock as a payment's (`payments/sql/payments_promise.sql`).
"""

from uuid import UUID

from django.db import connection

_JOIN = "SELECT id FROM payments_shift WHERE till_id = %s AND closed_at IS NULL FOR KEY SHARE"


def join_shift(*, till_id: UUID | None) -> UUID | None:
    """The id of the open shift, kept open until the caller's commit; None where there is none."""
    assert connection.in_atomic_block, "the lock belongs into the caller's transaction"
    if till_id is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute(_JOIN, [till_id])
        found = cursor.fetchone()
    return found[0] if found else None
