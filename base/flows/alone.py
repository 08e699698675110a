"""One at a time over all processes: a lock in PostgreSQL that goes with its connection.

Whoever comes while another is at it does not wait: it is told so, and leaves. A process that is killed
lets go with its connection, so nobody is locked out by the dead.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def alone(*, name: str) -> Iterator[bool]:
    """True inside for the one who has the lock of this name, False for all others meanwhile."""
    assert not connection.in_atomic_block, "a lock of the session must outlive the transactions inside"
    key = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [key])
        mine: bool = cursor.fetchone()[0]
    try:
        yield mine
    finally:
        if mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [key])
