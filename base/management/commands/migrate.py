"""Django's migrate, run as the owner of the tables.

Every table made from now on may be read and written by the app's role; the ledger's migration
takes back what the app must not have. Monthly partitions are made at the end.
"""

from typing import Any

from django.conf import settings
from django.core.management.commands import migrate
from django.db import connections

from base.owner import as_owner

LOCK_TIMEOUT = "2s"


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        connection = connections[options["database"]]
        role = connection.ops.quote_name(settings.APP_DATABASE_ROLE)
        with as_owner(connection):
            with connection.cursor() as cursor:
                # A migration that waits for a busy table gives up instead of stopping payments.
                cursor.execute(f"SET lock_timeout = '{LOCK_TIMEOUT}'")
                for what, rights in (
                    ("TABLES", "SELECT, INSERT, UPDATE, DELETE"),
                    ("SEQUENCES", "USAGE, SELECT"),
                ):
                    cursor.execute(
                        f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT {rights} ON {what} TO {role}"
                    )
            super().handle(*args, **options)
            with connection.cursor() as cursor:
                cursor.execute("SELECT to_regproc('public.make_month_partitions') IS NOT NULL")
                if cursor.fetchone()[0]:
                    cursor.execute("SELECT make_month_partitions(3)")
                cursor.execute("RESET lock_timeout")
