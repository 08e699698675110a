"""What a rate is: an exact percentage of one tax, in force in one place between two dates.

Promise: a rate is data, never a constant in code, and no tax of zero exists without a reason. `Treatment`
is the one answer to "how is this taxed?": taxes or a reason, never both and never neither.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from base.core.errors import Refused

PLACES = Decimal("0.0001")

# Rows of the table that only inform: a part of the rate, or a place where the merchant must enter its own.
OWN_ONLY = "own_only"

_NAME = re.compile(r"\A[A-Za-z][A-Za-z0-9 -]{0,19}\Z")

# Why a line carries no tax. The codes stand in receipts, exports and a CHECK: never renamed.
ZERO_REASONS: dict[str, str] = {
    "exempt": "Exempt goods or services",
    "zero_rated": "Taxed at zero by law",
    "below_threshold": "The seller is below the threshold of registration",
    "reverse_charge": "The buyer accounts for the tax (reverse charge)",
    "outside_scope": "Outside the scope of the tax",
    "personal_transfer": "A personal transfer, not a sale",
}


def rate_code(rate: Decimal) -> str:
    """Four decimals, as ledger accounts and receipts write it: "19.0000", "8.8750"."""
    return str(rate.quantize(PLACES))


def rate_label(rate: Decimal) -> str:
    """For people: "19 %", "8.875 %"; the no-break space keeps number and sign together."""
    return f"{rate_code(rate).rstrip('0').rstrip('.')}\N{NO-BREAK SPACE}%"


@dataclass(frozen=True, slots=True)
class TaxRate:
    """One tax at one rate in percent (`Decimal("19")`), at most four decimals, above 0 and up to 100.

    `compound`: taken on the net amount *and* the taxes named before it on the line.
    Refused: tax_rate_invalid (also for 0: an untaxed line has a zero reason, not a rate of 0),
    tax_name_invalid (the name is a part of account codes: short, and never a colon).
    """

    tax: str
    rate: Decimal
    compound: bool = False

    def __post_init__(self) -> None:
        assert isinstance(self.rate, Decimal), "rates are exact decimals"
        if not _NAME.match(self.tax):
            raise Refused("tax_name_invalid", "Name the tax in up to 20 letters, digits, spaces or hyphens.")
        plain = self.rate.is_finite() and 0 < self.rate <= 100 and self.rate == self.rate.quantize(PLACES)
        if not plain:
            raise Refused(
                "tax_rate_invalid", "A tax rate is above 0 and up to 100 %, with four decimals at most."
            )

    @property
    def code(self) -> str:
        return rate_code(self.rate)

    @property
    def label(self) -> str:
        return rate_label(self.rate)


@dataclass(frozen=True, slots=True)
class Treatment:
    """How a thing is taxed: `taxes`, or a `zero_reason` from ZERO_REASONS; exactly one of the two.

    Refused: tax_missing (neither), tax_contradiction (both).
    """

    taxes: tuple[TaxRate, ...] = ()
    zero_reason: str = ""

    def __post_init__(self) -> None:
        check_treatment(self.taxes, self.zero_reason)


def check_treatment(taxes: tuple[TaxRate, ...], zero_reason: str) -> None:
    """The fail-closed rule, in one place. Refused: tax_missing, tax_contradiction."""
    if taxes and zero_reason:
        raise Refused("tax_contradiction", "A line has taxes or a reason for none, not both.")
    if not taxes and zero_reason not in ZERO_REASONS:
        raise Refused("tax_missing", "A line without tax needs one of the known reasons.")


@dataclass(frozen=True, slots=True)
class DatedRate:
    """A row of the rate table, or a merchant's own: in force on days `valid_from` ≤ day < `valid_to`.

    `region` is the full ISO 3166-2 code ("US-TX"); a merchant's own row may leave country and region empty,
    which means everywhere it sells. `rate` may be 0 only in the category `zero`.
    """

    category: str
    tax: str
    rate: Decimal
    valid_from: date
    valid_to: date | None = None
    country: str = ""
    region: str = ""
    compound: bool = False
    source: str = ""

    def in_force(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or on < self.valid_to)

    def covers(self, country: str, region: str) -> bool:
        return self.country in ("", country) and self.region in ("", region)


OwnRate = DatedRate


def place_of(country: str, region: str = "") -> str:
    """The <place> of tax accounts and reports: the region's code if there is one, else the country.

    Refused: region_invalid. A short "BC" would find no row of its own and be taxed as if it had no province.
    """
    if region and not region.startswith(f"{country}-"):
        raise Refused(
            "region_invalid", f"Write the region with its country, such as {country}-01.", region=region
        )
    return region or country


def nearest(rows: Iterable[DatedRate]) -> tuple[DatedRate, ...]:
    """Of rows that cover one place, those that name it most closely: region before country before anywhere.

    A region's rows stand for the whole tax there (British Columbia lists GST and PST), so near and far rows
    never add up.
    """
    found = tuple(rows)
    closest = max((_closeness(row) for row in found), default=0)
    return tuple(row for row in found if _closeness(row) == closest)


def _closeness(row: DatedRate) -> int:
    return 2 if row.region else 1 if row.country else 0
