"""Which taxes a sale owes: the dated rate table and the merchant's own rates, asked for one place and day.

Promise: an answer is taxes or a reason for none; where neither is known the sale is refused, never taken
tax-free. The table is data (`data/rates.csv`, read once at start); its version stands on every export.
"""

import csv
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from base.core.errors import Refused
from taxes.core.rates import DatedRate, OwnRate, TaxRate, Treatment, nearest, place_of
from taxes.core.thresholds import Threshold
from wallets.core.money import parse_amount

# What a merchant may sell under. The codes stand in codes, sale lines and exports: never renamed.
CATEGORIES: dict[str, str] = {
    "standard": "Standard rate",
    "reduced": "Reduced rate",
    "reduced_2": "Second reduced rate",
    "super_reduced": "Super-reduced rate",
    "parking": "Parking rate",
    "temporary_reduced": "Temporarily reduced rate",
    "restaurant_food": "Food eaten in",
    "zero": "Zero rate",
    "exempt": "Exempt",
    "outside_scope": "Outside the scope of tax",
    "below_threshold": "No tax: below the threshold of registration",
}

_REASON_OF = {reason: reason for reason in ("exempt", "outside_scope", "below_threshold")}


@dataclass(frozen=True, slots=True)
class CategoryOnOffer:
    """A category that can be sold at one place on one day, and what that means there."""

    code: str
    label: str
    treatment: Treatment


def read_table(text: str) -> tuple[DatedRate, ...]:
    """The rows of a rate table in its order: country,region,tax,category,rate,valid_from,valid_to,source."""
    return tuple(
        DatedRate(
            category=row["category"],
            tax=row["tax"],
            rate=Decimal(row["rate"]),
            valid_from=date.fromisoformat(row["valid_from"]),
            valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
            country=row["country"],
            region=row["region"],
            source=row["source"],
        )
        for row in csv.DictReader(text.splitlines())
    )


def read_thresholds(text: str) -> tuple[Threshold, ...]:
    """The rows of a table of turnover thresholds in its order; amounts in whole units or with decimals."""
    return tuple(
        Threshold(
            code=row["code"],
            country=row["country"],
            title=row["title"],
            period=row["period"],
            basis=row["basis"],
            amount_minor=parse_amount(row["amount"], row["currency"]),
            currency=row["currency"],
            payments=int(row["payments"] or 0),
            valid_from=date.fromisoformat(row["valid_from"]),
            valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
            meaning=row["meaning"],
            source=row["source"],
        )
        for row in csv.DictReader(text.splitlines())
    )


_DATA = Path(__file__).parents[1] / "data"
_FILE = (_DATA / "rates.csv").read_bytes()
RATE_TABLE: tuple[DatedRate, ...] = read_table(_FILE.decode())
RATE_TABLE_VERSION = hashlib.sha256(_FILE).hexdigest()[:12]
THRESHOLDS: tuple[Threshold, ...] = read_thresholds((_DATA / "thresholds.csv").read_text(encoding="utf-8"))


def taxes_on(
    *, country: str, region: str = "", category: str, on: date, own: Sequence[OwnRate] = ()
) -> Treatment:
    """How a thing of `category` is taxed in a place on a local day; a merchant's own rates win.

    `region` is the full ISO 3166-2 code ("US-TX") or empty. A region that the table names stands alone: the
    rates of its country do not fill its gaps.
    Refused: tax_rate_missing (409, nothing in force), tax_rate_ambiguous (409, own rows name one tax twice),
    tax_category_unknown, region_invalid.
    """
    if category not in CATEGORIES:
        raise Refused("tax_category_unknown", "This tax category is not known here.")
    place_of(country, region)
    if category in _REASON_OF:
        return Treatment(zero_reason=_REASON_OF[category])
    wanted = [row for row in own if row.covers(country, region)]
    found = nearest(_in_force(wanted, category, on))
    if not found:
        found = _in_table(country, region, category, on)
    if not found:
        message = (
            "No rate of this category is known here on that day. Name the region or enter your own rate."
        )
        raise Refused(
            "tax_rate_missing", message, status=409, place=place_of(country, region), category=category
        )
    if len({row.tax for row in found}) < len(found):
        raise Refused(
            "tax_rate_ambiguous", "Two of your own rates for one tax overlap on that day.", status=409
        )
    if category == "zero":
        return Treatment(zero_reason="zero_rated")
    return Treatment(taxes=tuple(TaxRate(row.tax, row.rate, row.compound) for row in found))


@lru_cache(4096)
def _in_table(country: str, region: str, category: str, on: date) -> tuple[DatedRate, ...]:
    """The table's rows in force; every sale asks, and for a day the answer is the same."""
    here = (row for row in RATE_TABLE if row.country == country and row.covers(country, region))
    return tuple(_in_force(nearest(here), category, on))


def categories_for(
    country: str, region: str = "", *, on: date, own: Sequence[OwnRate] = ()
) -> list[CategoryOnOffer]:
    """The categories that can be sold in a place on a day, in the order of CATEGORIES."""
    offers = []
    for code, label in CATEGORIES.items():
        try:
            treatment = taxes_on(country=country, region=region, category=code, on=on, own=own)
        except Refused as no:
            if no.code != "tax_rate_missing":
                raise
            continue
        offers.append(CategoryOnOffer(code, label, treatment))
    return offers


def _in_force(rows: Iterable[DatedRate], category: str, on: date) -> Iterable[DatedRate]:
    return (row for row in rows if row.category == category and row.in_force(on))
