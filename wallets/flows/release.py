"""Give held money back to the account it was promised from."""

from collections.abc import Sequence
from uuid import UUID

from django.db import connection


def release(*, holds: Sequence[UUID]) -> int:
    """Release open holds; ended ones stay as they are. Returns how many were released."""
    assert connection.in_atomic_block, "release() belongs into the caller's transaction"
    with connection.cursor() as cursor:
        cursor.execute("SELECT ledger_release_holds(%s::uuid[])", [list(holds)])
        released: int = cursor.fetchone()[0]
        return released
