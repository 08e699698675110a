"""Empty the database after a transactional test: delete the rows that there are, truncate nothing.

Few rows lie in a hundred tables. TRUNCATE gives each of them and of their indexes a new file, and has every
connection read the catalogue again. Here one statement deletes with all triggers off, which the owner may
where the server is the tests' own (`tests/servers.py`); on a server that was given, Django's flush does it.
Like TRUNCATE it waits for whoever is still writing. What migrations put there for Django itself stays.

In the same way `Kept` brings back what many tests begin with, once the real flows have made it.
"""

import copy
import functools
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from django.core.management import call_command
from django.db import connection, transaction
from django.test import TransactionTestCase

from base.owner import as_owner

KEPT = {"django_content_type", "django_migrations", "auth_permission"}
T = TypeVar("T")


def delete_rows(_case: TransactionTestCase | None = None) -> None:
    """In place of `TransactionTestCase._fixture_teardown`."""
    if not may_rest_triggers():
        call_command("flush", verbosity=0, interactive=False)
        return
    with as_owner(connection), transaction.atomic(), connection.cursor() as cursor:
        lines = ["SET LOCAL session_replication_role = replica"]
        lines += [f"LOCK TABLE {', '.join(tables())} IN SHARE ROW EXCLUSIVE MODE"]
        cursor.execute("; ".join(lines + [f"DELETE FROM {table}" for table in tables()]))


def may_rest_triggers() -> bool:
    """Whether the owner may delete and copy past them."""
    with as_owner(connection), connection.cursor() as cursor:
        cursor.execute("SELECT has_parameter_privilege('session_replication_role', 'SET')")
        found: bool = cursor.fetchone()[0]
        return found


@functools.cache
def tables() -> list[str]:
    """All that hold rows of ours. A table that a test makes is that test's to take away."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT quote_ident(relname) FROM pg_class"
            " WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition"
            " AND relname <> ALL(%s) ORDER BY relname",
            [list(KEPT)],
        )
        return [name for (name,) in cursor.fetchall()]


def has_rows() -> bool:
    """Whether any table has one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + " OR ".join(f"EXISTS (SELECT FROM {table})" for table in tables()))
        found: bool = cursor.fetchone()[0]
        return found


class Kept(Generic[T]):
    """What `make` made in an empty database, and the rows of it, for every later test of this process."""

    def __init__(self, make: Callable[[], T]) -> None:
        self.make = make
        self.made: T | None = None
        self.rows: dict[str, bytes] = {}

    def __call__(self) -> T:
        """Made by the flows the first time, copied back the next; the caller may change what it gets.

        Beside rows that a test has already it is made anew: what both need could be there twice.
        """
        if not may_rest_triggers() or has_rows():
            return self.make()
        if self.made is None:
            self.made = self.make()
            with as_owner(connection), connection.cursor() as cursor:
                self.rows = {table: rows for table in tables() if (rows := _read(cursor, table))}
        else:
            with as_owner(connection), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL session_replication_role = replica")
                for table, rows in self.rows.items():
                    with cursor.copy(f"COPY {table} FROM STDIN") as copied:
                        copied.write(rows)
        return copy.deepcopy(self.made)


def _read(cursor: Any, table: str) -> bytes:
    with cursor.copy(f"COPY (SELECT * FROM {table}) TO STDOUT") as copied:
        return b"".join(copied)
