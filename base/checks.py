"""How a check of the books is written: one SELECT of (subject, detail[, shard_key]), a row a fault."""

from collections.abc import Callable

from django.db.backends.utils import CursorWrapper

from base.core.findings import Finding

Check = Callable[[CursorWrapper], list[Finding]]


def find(cursor: CursorWrapper, check: str, sql: str) -> list[Finding]:
    """Run a check's statement (without parameters, so that % needs no doubling).

    A third column says whose books it is about: a merchant's id stops that merchant's payouts.
    """
    cursor.execute(sql)
    return [
        Finding(check, str(subject), str(detail), *shard_key)
        for subject, detail, *shard_key in cursor.fetchall()
    ]
