"""Give held money back to the account it was promised from."""

from collections.abc import Sequence
from uuid import UUID

from django.db import connection


def release(*, payments: Sequence[UUID]) -> int:
    """Release the open holds of payments; ended ones stay as they are. Returns how many were released."""
    assert connection.in_atomic_block, "release() belongs into the caller's transaction"
    with connection.cursor() as cursor:
        cursor.execute("SELECT ledger_release_holds(%s::uuid[])", [list(payments)])
        released: int = cursor.fetchone()[0]
        return released
