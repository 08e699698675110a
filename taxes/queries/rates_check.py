"""What differs between the rate table and the tables of others, and which differences are explained.

Promise: a difference is explained by a dated line of `data/known_differences.csv` that names exactly it, days
and rates included; one that moves is unexplained again.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from taxes.core.compare import Difference, Ending, compare, endings, places_without_rows
from taxes.core.tables import Rates, claims_of
from taxes.queries import RATE_TABLE

_KNOWN = Path(__file__).parents[1] / "data" / "known_differences.csv"


@dataclass(frozen=True, slots=True)
class Known:
    """Why a difference is right as it is, and the day on which somebody looked."""

    difference: Difference
    noted: date
    reason: str


@dataclass(frozen=True, slots=True)
class RatesCheck:
    """What a comparison found. stale: explanations of a file that was read, whose difference is gone."""

    files: tuple[str, ...]
    explained: tuple[Known, ...]
    unexplained: tuple[Difference, ...]
    stale: tuple[Known, ...]
    without_rows: tuple[str, ...]
    endings: tuple[Ending, ...]


def check_rates(texts: Mapping[str, str], *, on: date) -> RatesCheck:
    """Compare with the texts of tables, by their file names, as of a day. Raises TableUnreadable."""
    claims = [claim for file in sorted(texts) for claim in claims_of(file, texts[file])]
    known = {entry.difference: entry for entry in known_differences() if entry.difference.file in texts}
    found = compare(claims, RATE_TABLE, on=on)
    return RatesCheck(
        files=tuple(sorted(texts)),
        explained=tuple(known[difference] for difference in found if difference in known),
        unexplained=tuple(difference for difference in found if difference not in known),
        stale=tuple(entry for difference, entry in known.items() if difference not in found),
        without_rows=tuple(places_without_rows(claims, RATE_TABLE)),
        endings=tuple(endings(RATE_TABLE, on=on)),
    )


def known_differences() -> list[Known]:
    """The explanations on file."""
    rows = csv.DictReader(_KNOWN.read_text(encoding="utf-8").splitlines())
    return [
        Known(
            Difference(
                place=row["place"],
                kind=row["kind"],
                valid_from=_day(row["valid_from"]),
                valid_to=_day(row["valid_to"]),
                ours=_rates(row["ours"]),
                theirs=_rates(row["theirs"]),
                file=row["file"],
            ),
            noted=date.fromisoformat(row["noted"]),
            reason=row["reason"],
        )
        for row in rows
    ]


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _rates(text: str) -> Rates:
    return frozenset(Decimal(rate) for rate in text.split())
