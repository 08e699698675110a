"""How a check of the books is written: one SELECT of (subject, detail), a row for each thing wrong."""

from collections.abc import Callable

from django.db.backends.utils import CursorWrapper

from base.core.findings import Finding

Check = Callable[[CursorWrapper], list[Finding]]


def find(cursor: CursorWrapper, check: str, sql: str) -> list[Finding]:
    """Run a check's statement (without parameters, so that % needs no doubling)."""
    cursor.execute(sql)
    return [Finding(check, str(subject), str(detail)) for subject, detail in cursor.fetchall()]
