"""`manage.py rates_check`: what differs between our rate table and those of others, and what ends soon.

Promise: exit 1 while a difference is unexplained; nothing is written or fetched. Without a folder of tables
it says so, and still tells which rates end.
"""

import json
import sys
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from base.ids import database_now
from taxes.core.compare import Difference, Ending
from taxes.core.rates import rate_code, rate_label
from taxes.core.tables import TABLES, Rates, TableUnreadable
from taxes.queries import RATE_TABLE, RATE_TABLE_VERSION
from taxes.queries.rates_check import RatesCheck, check_rates


class Command(BaseCommand):
    help = (
        "Compare the rate table with others in a folder (--tables DIR); exit 1 on an unexplained difference."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--tables", type=Path, help=f"a folder with any of: {', '.join(TABLES)}")
        parser.add_argument("--on", type=date.fromisoformat, help="the day to look from (default: today)")
        parser.add_argument("--format", default="table", choices=["table", "json"])

    def handle(self, *args: Any, **options: Any) -> None:
        on = options["on"] or database_now().date()
        texts = _read(options["tables"])
        try:
            check = check_rates(texts, on=on)
        except TableUnreadable as problem:
            raise CommandError(str(problem)) from problem
        write = _as_json if options["format"] == "json" else _as_table
        self.stdout.write(write(check, on))
        if check.unexplained:
            sys.exit(1)


def _read(folder: Path | None) -> dict[str, str]:
    """The known tables of a folder; of the default one only where it exists."""
    given = folder is not None
    folder = folder or Path(settings.BASE_DIR).parent / "shared" / "schemas" / "tax-rates"
    try:
        found = {name: (folder / name).read_text("utf-8") for name in TABLES if (folder / name).is_file()}
    except (OSError, UnicodeDecodeError) as problem:
        raise CommandError(f"A table in {folder} cannot be read. {problem}") from problem
    if given and not found:
        raise CommandError(f"{folder} has none of the tables that are known: {', '.join(TABLES)}.")
    return found


def _as_json(check: RatesCheck, on: date) -> str:
    explained = [_facts(k.difference) | {"noted": k.noted, "reason": k.reason} for k in check.explained]
    answer = {
        "on": on,
        "rows": len(RATE_TABLE),
        "version": RATE_TABLE_VERSION,
        "files": check.files,
        "unexplained": [_facts(difference) for difference in check.unexplained],
        "explained": explained,
        "stale_explanations": [_facts(known.difference) for known in check.stale],
        "places_without_rows": check.without_rows,
        "warnings": [
            {
                "place": ending.place,
                "category": ending.category,
                "tax": ending.tax,
                "rate": rate_code(ending.rate),
                "ends_on": ending.on,
                "next_rate": rate_code(ending.next_rate) if ending.next_rate is not None else None,
            }
            for ending in check.endings
        ],
    }
    return json.dumps(answer, indent=2, ensure_ascii=False, default=str)


def _facts(difference: Difference) -> dict[str, Any]:
    return {
        "place": difference.place,
        "category": difference.kind,
        "from": difference.valid_from,
        "to": difference.valid_to,
        "ours": [rate_code(rate) for rate in sorted(difference.ours)],
        "theirs": [rate_code(rate) for rate in sorted(difference.theirs)],
        "file": difference.file,
    }


def _as_table(check: RatesCheck, on: date) -> str:
    lines = [f"{len(RATE_TABLE)} rows, version {RATE_TABLE_VERSION}, seen on {on}"]
    if check.files:
        lines.append(f"compared with {', '.join(check.files)}")
    else:
        lines.append("compared with nothing: no folder of tables is here, say --tables DIR")
    lines += [f"DIFFERS  {_row(difference)}" for difference in check.unexplained]
    for known in check.explained:
        lines.append(f"known    {_row(known.difference)}  ({known.noted}: {known.reason})")
    lines += [f"gone     {_row(known.difference)}  (take its explanation away)" for known in check.stale]
    lines += [f"WARNING  {_warning(ending, on)}" for ending in check.endings]
    lines.append(
        f"{len(check.unexplained)} unexplained, {len(check.explained)} known; "
        f"{len(check.without_rows)} places of theirs have no rows here"
    )
    return "\n".join(lines)


def _row(difference: Difference) -> str:
    days = f"{difference.valid_from or '...'} to {difference.valid_to or '...'}"
    return (
        f"{difference.place:6} {difference.kind:8} {days:24} "
        f"ours {_said(difference.ours)}, theirs {_said(difference.theirs)}, {difference.file}"
    )


def _said(rates: Rates) -> str:
    return " + ".join(rate_label(rate) for rate in sorted(rates)) or "none"


def _warning(ending: Ending, on: date) -> str:
    verb = "ends" if ending.on > on else "ended"
    then = (
        f"then {rate_label(ending.next_rate)}"
        if ending.next_rate is not None
        else "then nothing: sales are refused"
    )
    what = f"{ending.place} {ending.tax} {ending.category} {rate_label(ending.rate)}"
    return f"{what} {verb} on {ending.on}, {then}"
