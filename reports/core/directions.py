"""Which way a payment went between countries: what an authority's report counts, and what it leaves out.

CESOP (Council Directive (EU) 2020/284) counts payments of a payer in a Member State to a payee elsewhere:
here *outbound*. Promise: every payment has exactly one direction, so the four add up to all payments.
"""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

# ISO 3166-1 codes of the Member States of the European Union since 1 February 2020.
EU_MEMBER_STATES = frozenset(
    {
        "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU",
        "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
    }
)  # fmt: skip


class Direction(StrEnum):
    DOMESTIC = "domestic"
    OUTBOUND = "outbound"
    INBOUND = "inbound"
    UNKNOWN = "unknown"


def direction_of(payer_country: str | None, shop_country: str) -> Direction:
    """domestic: one country. outbound: from a Member State to elsewhere. inbound: every other way across a
    border. unknown: nobody knew where the payer lived."""
    if not payer_country:
        return Direction.UNKNOWN
    if payer_country == shop_country:
        return Direction.DOMESTIC
    return Direction.OUTBOUND if payer_country in EU_MEMBER_STATES else Direction.INBOUND


@dataclass(frozen=True, slots=True)
class Origin:
    """What one merchant sold at places of one country to payers of one country; minor units.

    merchant, tax_number: as they may stand in a cell. sales_minor without tips; refunds_minor negative, of
    the period in which they were given; tax_minor and tips_minor are what is left after refunds.
    """

    merchant_id: UUID
    merchant: str
    tax_number: str
    country: str
    payer_country: str
    payer_country_source: str
    currency: str
    payments: int
    refunds: int
    sales_minor: int
    refunds_minor: int
    tax_minor: int
    tips_minor: int

    @property
    def direction(self) -> Direction:
        return direction_of(self.payer_country, self.country)

    @property
    def gross_minor(self) -> int:
        return self.sales_minor + self.refunds_minor

    @property
    def net_minor(self) -> int:
        return self.gross_minor - self.tax_minor
