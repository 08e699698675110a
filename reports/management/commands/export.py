"""`manage.py export`: write one export to a file from the operator's terminal.

Beside FILE it writes FILE.datapackage.json. Neither is there unless both are whole and equal the ledger.
"""

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from base.core.errors import Refused
from reports.core.periods import parse_period
from reports.core.totals import ExportDoesNotFoot
from reports.flows.write_export import PACKAGE_ENDING, write_export
from reports.formats import FORMATS
from reports.queries.books import merchant_named, zone_of


class Command(BaseCommand):
    help = "Write a shop's export: --merchant (id or trade name) --period 2026-11 --format NAME --out FILE."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--list", action="store_true", help="the names of all formats")
        parser.add_argument("--merchant", help="id, or the exact trade name")
        parser.add_argument("--period", help="2026-11, 2026-Q4, 2026, FY2026-04-06 or 2026-01-15..2026-03-02")
        parser.add_argument("--format", default="transactions_csv", choices=sorted(FORMATS))
        parser.add_argument("--out", type=Path, help="the file to write")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["list"]:
            self.stdout.write("\n".join(f"{name}: {form.label}" for name, form in FORMATS.items()))
            return
        if not (options["merchant"] and options["period"] and options["out"]):
            raise CommandError("Say --merchant, --period and --out, or --list.")
        merchant = merchant_named(options["merchant"])
        if merchant is None:
            raise CommandError("No shop, or more than one, has this id or trade name.")
        out: Path = options["out"]
        try:
            files = write_export(
                merchant_id=merchant.pk,
                period=parse_period(options["period"], zone_of(merchant)),
                name=options["format"],
                folder=out.absolute().parent,
                file_name=out.name,
            )
        except (Refused, ExportDoesNotFoot, OSError) as problem:
            raise CommandError(f"No file was written. {problem}") from problem
        os.replace(files.package, f"{out}{PACKAGE_ENDING}")
        os.replace(files.data, out)
        self.stdout.write(f"{files.written.rows} rows, sha256 {files.written.sha256}, {out}")
