"""Act as the owner of the tables for a moment (migrate and flush need it).

A test run connects as the owner with `-c role=<app>`, so that it works with the app's rights.
`SET ROLE NONE` steps back to the owner; `RESET ROLE` would land at the app again. For a connection
that is the owner's already both are harmless.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db.backends.base.base import BaseDatabaseWrapper


@contextmanager
def as_owner(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Run a block with the owner's rights on this connection.

    An error inside a transaction takes the SET back with the rollback, so only the other ways out
    step back by themselves.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE NONE")
    try:
        yield
    except BaseException:
        if not connection.in_atomic_block:
            _step_back(connection)
        raise
    _step_back(connection)


def _step_back(connection: BaseDatabaseWrapper) -> None:
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
