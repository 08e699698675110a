"""Django's flush, run as the owner: the app's role may not empty a table (tests only)."""

from typing import Any

from django.core.management.commands import flush
from django.db import connections

from base.owner import as_owner


class Command(flush.Command):
    def handle(self, **options: Any) -> None:
        with as_owner(connections[options["database"]]):
            super().handle(**options)
