"""Close the books of one shard between two moments, and open them again.

From the commit on the database refuses every journal that happened there. Waits a second at most for what
is being booked at this moment.
"""

from datetime import datetime
from uuid import UUID

from django.db import DatabaseError, OperationalError, connection, transaction

from base.core.errors import Refused
from base.flows.once import is_lock_timeout, still_working

_CANNOT = "QT041"


def close_books(*, shard_key: UUID, starts_at: datetime, ends_at: datetime) -> int:
    """Close them in the caller's transaction; how many journals are closed in.

    Refused: books_not_closable 409 (the time is not over, or part of it is closed), still_working 409.
    """
    try:
        return _ask("SELECT ledger_close_books(%s, %s, %s)", shard_key, starts_at, ends_at)
    except DatabaseError as error:
        if getattr(error.__cause__, "sqlstate", None) != _CANNOT:
            raise
        raise Refused(
            "books_not_closable",
            "These books are closed already, or their time is not over. Nothing was changed.",
            status=409,
        ) from error


def reopen_books(*, shard_key: UUID, starts_at: datetime, ends_at: datetime) -> bool:
    """Open them in the caller's transaction; False where just these are not closed. Refused: still_working"""
    return bool(_ask("SELECT ledger_open_books(%s, %s, %s)", shard_key, starts_at, ends_at))


def _ask(sql: str, shard_key: UUID, starts_at: datetime, ends_at: datetime) -> int:
    assert connection.in_atomic_block, "books are closed in the caller's transaction"
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, [shard_key, starts_at, ends_at])
            answer: int = cursor.fetchone()[0]
            return answer
    except OperationalError as error:
        if not is_lock_timeout(error):
            raise
        raise still_working() from error
