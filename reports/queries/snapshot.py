"""One look at the books: everything read inside sees the same instant, and nothing can be written.

Rows and ledger of an export, and all checks of an audit, are read in one snapshot; a sale settled
meanwhile is in both or in neither.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper


@contextmanager
def snapshot(*, seconds: int = 240) -> Iterator[CursorWrapper]:
    """A cursor in a REPEATABLE READ, READ ONLY transaction of its own; `seconds` a statement at most."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [f"{seconds}s"])
        yield cursor
