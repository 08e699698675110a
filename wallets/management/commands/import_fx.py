"""Import rates of exchange: `manage.py import_fx --file eurofxref-hist.zip [--source manual] [--confirm]`."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from base.core.errors import Refused
from wallets.flows.import_fx_rates import COMMAND, import_fx_rates
from wallets.fx import RATE_SOURCES


class Command(BaseCommand):
    help = "Import a file of rates of exchange, all of it or nothing; the same file again adds nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--file", required=True, type=Path, help="the ECB's XML, CSV or zip, or your own CSV"
        )
        parser.add_argument("--source", default="ecb", choices=list(RATE_SOURCES))
        parser.add_argument(
            "--confirm", action="store_true", help="also take rates that jump by more than 30 %%"
        )

    def handle(self, *, file: Path, source: str, confirm: bool, **options: Any) -> None:
        try:
            if file.stat().st_size > RATE_SOURCES[source].most_bytes:
                raise CommandError("The file is too large. Nothing was imported.")
            content = file.read_bytes()
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
        try:
            done = import_fx_rates(source=source, content=content, way=COMMAND, confirmed=confirm)
        except Refused as no:
            raise CommandError("\n".join([no.message, *no.facts.get("errors", [])])) from no
        self.stdout.write(
            f"{done.added} rates added, {done.same} known already, {done.skipped} of old ones skipped; "
            f"the newest is of {done.newest_on}"
        )
