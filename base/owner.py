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
    """Run a block with the owner's rights on this connection."""
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE NONE")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE")
