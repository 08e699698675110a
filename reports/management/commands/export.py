"""`manage.py export`: write one export to a file from the operator's terminal.

Beside FILE it writes FILE.datapackage.json. Neither is there unless both are whole and equal the ledger.
"""

import os
from argparse import ArgumentParser
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from base.core.errors import Refused
from reports.core.periods import parse_period
from reports.core.totals import ExportDoesNotFoot
from reports.flows.keep_files import PACKAGE_ENDING
from reports.flows.write_export import Files, write_export
from reports.flows.write_platform_export import write_platform_export
from reports.formats import FORMATS, PLATFORM_FORMATS
from reports.formats.base import Format
from reports.queries.books import merchant_named, zone_of
from reports.queries.platform import TIME_ZONE

# Nobody's worker waits for it: a workbook of millions of rows may take its time.
SECONDS = 3 * 3600


class Command(BaseCommand):
    help = "Write a shop's export: --merchant (id or trade name) --period 2026-Q1 --format NAME --out FILE."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--list", action="store_true", help="the names of all formats")
        parser.add_argument(
            "--platform", action="store_true", help="the operator's own formats, of all shops"
        )
        parser.add_argument("--merchant", help="id, or the exact trade name")
        parser.add_argument("--period", help="2026-11, 2026-Q4, 2026, FY2026-04-06 or 2026-01-15..2026-03-02")
        parser.add_argument("--format", help="a name of --list")
        parser.add_argument("--out", type=Path, help="the file to write")

    def handle(self, *args: Any, **options: Any) -> None:
        platform: bool = options["platform"]
        formats: Mapping[str, Format[Any]] = PLATFORM_FORMATS if platform else FORMATS
        if options["list"]:
            self.stdout.write("\n".join(f"{name}: {form.label}" for name, form in formats.items()))
            return
        if not (options["period"] and options["out"]) or bool(options["merchant"]) == platform:
            raise CommandError("Say --merchant (or --platform), --period and --out, or --list.")
        name = options["format"] or next(iter(formats))
        if name not in formats:
            raise CommandError(f"There is no format {name}. --list names them.")
        out: Path = options["out"]
        try:
            write = _platform if platform else _merchant
            files = write(options["merchant"], options["period"], name, out)
        except (Refused, ExportDoesNotFoot, OSError) as problem:
            raise CommandError(f"No file was written. {problem}") from problem
        os.replace(files.package, f"{out}{PACKAGE_ENDING}")
        os.replace(files.data, out)
        self.stdout.write(f"{files.written.rows} rows, sha256 {files.written.sha256}, {out}")


def _merchant(merchant_name: str, period: str, name: str, out: Path) -> Files:
    merchant = merchant_named(merchant_name)
    if merchant is None:
        raise CommandError("No shop, or more than one, has this id or trade name.")
    return write_export(
        merchant_id=merchant.pk,
        period=parse_period(period, zone_of(merchant)),
        name=name,
        folder=out.absolute().parent,
        file_name=out.name,
        seconds=SECONDS,
    )


def _platform(_: str | None, period: str, name: str, out: Path) -> Files:
    return write_platform_export(
        period=parse_period(period, TIME_ZONE),
        name=name,
        folder=out.absolute().parent,
        file_name=out.name,
        seconds=SECONDS,
    )
