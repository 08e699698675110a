"""What the public rate tables say, as claims that can be held against our own table.

Promise: every rate that a file states of a place becomes a claim with its days; a file that cannot be read
is an error, never an empty list. Four formats are known, each by its file's name.
"""

import csv
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from taxes.core.rates import PLACES

STANDARD = "standard"
LOWER = "lower"
Rates = frozenset[Decimal]


@dataclass(frozen=True, slots=True)
class Claim:
    """A file says: in `place` these were the rates of `kind`, on `valid_from` <= day < `valid_to`.

    kind: STANDARD has one rate; LOWER is the set of all reduced ones, whose names differ from table to table.
    Without `valid_from` the file does not say since when: it speaks of its last day only.
    """

    file: str
    place: str
    kind: str
    rates: Rates
    valid_from: date | None = None
    valid_to: date | None = None


class TableUnreadable(Exception):
    """A table is cut off, or not what its name says."""


# Their names of places that our table knows by ISO 3166-2; other small places have no row of their own.
_ISO = {
    "Canary Islands": "ES-CN", "Ceuta": "ES-CE", "Melilla": "ES-ML", "Guadeloupe": "FR-971",
    "Martinique": "FR-972", "Guyane": "FR-973", "Reunion": "FR-974", "Mayotte": "FR-976",
    "Madeira": "PT-30", "Azores": "PT-20", "Mount Athos": "GR-69",
    "FR-GP": "FR-971", "FR-MQ": "FR-972", "FR-GF": "FR-973", "FR-RE": "FR-974", "FR-YT": "FR-976",
    "ES-GC": "ES-CN", "ES-TF": "ES-CN",
}  # fmt: skip
_ALIASES = {"EL", "UK", "IC", "EA", "GP", "MQ", "GF", "RE", "YT"}  # second names of places that come along
_SINCE_EVER = "0000-01-01"
_LOWER_PREFIXES = ("reduced", "super_reduced", "parking", "press_publications")


def claims_of(file: str, text: str) -> list[Claim]:
    """The claims of a file of a known name. Raises TableUnreadable."""
    try:
        claims = list(TABLES[file](file, text))
    except (ArithmeticError, AttributeError, KeyError, TypeError, ValueError) as problem:
        raise TableUnreadable(f"{file} cannot be read: {problem!r}") from problem
    if not claims:
        raise TableUnreadable(f"{file} says nothing.")
    return claims


def _commission(file: str, text: str) -> Iterator[Claim]:
    """eu-vat-rates-data: what was in force on the day of the file, by country."""
    for place, said in _json(text)["rates"].items():
        yield Claim(file, place, STANDARD, _rates(said["standard"]))
        lower = [*said["reduced"], said["super_reduced"], said["parking"]]
        yield Claim(file, place, LOWER, _rates(*(rate for rate in lower if rate is not None)))


def _ibericode(file: str, text: str) -> Iterator[Claim]:
    """ibericode/vat-rates: periods by country, newest first, with exceptions by postcode."""
    for country, periods in _json(text)["items"].items():
        until: date | None = None
        for period in sorted(periods, key=lambda period: period["effective_from"], reverse=True):
            begin = period["effective_from"]
            since = None if begin == _SINCE_EVER else date.fromisoformat(begin)
            rates = period["rates"]
            yield Claim(file, country, STANDARD, _rates(rates[STANDARD]), since, until)
            lower = [rate for name, rate in rates.items() if name.startswith(_LOWER_PREFIXES)]
            assert len(lower) + 1 == len(rates), f"unknown kinds of rates in {country}"
            yield Claim(file, country, LOWER, _rates(*lower), since, until)
            for place in period.get("exceptions", []):
                name = _ISO.get(place["name"], f"{country} {place['name']}")
                yield Claim(file, name, STANDARD, _rates(place[STANDARD]), since, until)
            until = since


def _kdeldycke(file: str, text: str) -> Iterator[Claim]:
    """kdeldycke/vat-rates: standard rates with their days, one row for several codes."""
    for row in csv.DictReader(text.splitlines(keepends=True)):
        since, until = date.fromisoformat(row["start_date"]), row["stop_date"]
        for code in row["territory_codes"].split("\n"):
            if code not in _ALIASES and not code.startswith(("EL-", "UK-")):
                yield Claim(
                    file, _ISO.get(code, code), STANDARD, _rates(Decimal(row["rate"]) * 100),
                    since, date.fromisoformat(until) if until else None,
                )  # fmt: skip


def _sales_tax(file: str, text: str) -> Iterator[Claim]:
    """npm sales-tax: countries, with what a state adds to its country; fractions of one."""
    for country, said in _json(text).items():
        if said["type"] != "none":
            yield from _dated(file, country, said, Decimal(0))
        for state, part in said.get("states", {}).items():
            name = f"{country}-{state}"
            yield from _dated(file, _ISO.get(name, name), part, Decimal(said["rate"]))


def _dated(file: str, place: str, said: Mapping[str, Any], country_rate: Decimal) -> Iterator[Claim]:
    """The rate now, and those before: each key of `before` is the moment its rate ended."""
    rate, until = said["rate"], None
    for moment, earlier in sorted(said.get("before", {}).items(), reverse=True):
        # Written in UTC, some hours off the local midnight that is meant.
        since = (datetime.fromisoformat(moment) + timedelta(hours=12)).date()
        yield Claim(file, place, STANDARD, _rates((rate + country_rate) * 100), since, until)
        rate, until = earlier["rate"], since
    yield Claim(file, place, STANDARD, _rates((rate + country_rate) * 100), None, until)


def _json(text: str) -> Any:
    return json.loads(text, parse_float=Decimal)


def _rates(*rates: Decimal | int) -> Rates:
    return frozenset(Decimal(rate).quantize(PLACES) for rate in rates)


TABLES: dict[str, Callable[[str, str], Iterator[Claim]]] = {
    "eu_vat_rates_data.json": _commission,
    "ibericode-vat-rates.json": _ibericode,
    "kdeldycke-vat_rates.csv": _kdeldycke,
    "npm-sales_tax_rates-2.23.0.json": _sales_tax,
}
