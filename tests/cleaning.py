"""Empty the database after a transactional test: delete the rows that there are, truncate nothing.

Few rows lie in a hundred tables. TRUNCATE gives each of them and of their indexes a new file, and has every
connection read the catalogue again. Here one statement deletes with all triggers off, which the owner may
where the server is the tests' own (`tests/servers.py`); on a server that was given, Django's flush does it.
Like TRUNCATE it waits for whoever is still writing. What migrations put there for Django itself stays.
"""

import functools

from django.core.management import call_command
from django.db import connection, transaction
from django.test import TransactionTestCase

from base.owner import as_owner

KEPT = {"django_content_type", "django_migrations", "auth_permission"}


def delete_rows(_case: TransactionTestCase | None = None) -> None:
    """In place of `TransactionTestCase._fixture_teardown`."""
    with as_owner(connection), connection.cursor() as cursor:
        cursor.execute("SELECT has_parameter_privilege('session_replication_role', 'SET')")
        may_be_quick = cursor.fetchone()[0]
        if may_be_quick:
            with transaction.atomic():
                cursor.execute(everything())
    if not may_be_quick:
        call_command("flush", verbosity=0, interactive=False)


@functools.cache
def everything() -> str:
    """The statement. Each table's rows are looked for; a table made by a test itself is its own affair."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT quote_ident(relname) FROM pg_class"
            " WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition"
            " AND relname <> ALL(%s) ORDER BY relname",
            [list(KEPT)],
        )
        tables = [name for (name,) in cursor.fetchall()]
    lines = ["SET LOCAL session_replication_role = replica"]
    lines += [f"LOCK TABLE {', '.join(tables)} IN SHARE ROW EXCLUSIVE MODE"]
    lines += [f"DELETE FROM {table}" for table in tables]
    return "; ".join(lines)
