"""What happens with the tax of each place of a business: the newest choice, and what it has kept back."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from merchants.core.places import place_name
from merchants.models import Branch, Merchant, TaxKept, TaxMode
from merchants.queries.shops import not_found
from taxes.core.rates import place_of
from wallets.queries import free_of


@dataclass(frozen=True, slots=True)
class TaxPlace:
    """A place of a business. row: None where nobody has chosen yet. standing_minor: what its tax accounts
    hold, in the merchant's currency."""

    place: str
    row: TaxMode | None
    standing_minor: int

    @property
    def mode(self) -> str:
        return self.row.mode if self.row else TaxMode.Mode.RECORD

    @property
    def name(self) -> str:
        return place_name(self.place)


def tax_modes_of(merchant_id: UUID) -> dict[str, TaxMode]:
    """The newest choice by place; a place without one is in mode *record*. One query."""
    rows = TaxMode.objects.filter(merchant=merchant_id).order_by("place", "-number").distinct("place")
    return {row.place: row for row in rows}


def kept_of(modes: Iterable[TaxMode]) -> dict[UUID, dict[str, int]]:
    """What was kept back when these were set: minor units by account, by mode; no query for no modes."""
    found: dict[UUID, dict[str, int]] = {mode.pk: {} for mode in modes}
    if found:
        rows = TaxKept.objects.filter(tax_mode__in=list(found)).order_by("account")
        for mode, account, amount_minor in rows.values_list("tax_mode", "account", "amount_minor"):
            found[mode][account] = amount_minor
    return found


def tax_places_of(merchant: Merchant) -> list[TaxPlace]:
    """Where the business has branches or where tax of it stands, by name; three queries."""
    places = Branch.objects.filter(merchant=merchant).values_list("country", "region")
    standing = {place_of(country, region): 0 for country, region in places}
    for account, free_minor in free_of(merchant.pk, merchant.currency):
        if account.kind == "tax":
            standing[account.place] = standing.get(account.place, 0) + free_minor
    modes = tax_modes_of(merchant.pk)
    found = [TaxPlace(place, modes.get(place), amount) for place, amount in standing.items()]
    return sorted(found, key=lambda place: place.name)


def zone_at(merchant: Merchant, place: str) -> str:
    """The time zone of a place: of the first branch there, else of the first of all; one query."""
    rows = Branch.objects.filter(merchant=merchant).order_by("id")
    zones: dict[str, str] = {}
    for country, region, zone in rows.values_list("country", "region", "time_zone"):
        zones.setdefault(place_of(country, region), zone)
    return zones.get(place) or next(iter(zones.values()), "UTC")


def tax_place_of(merchant: Merchant, place: str) -> TaxPlace:
    """One of them. Refused not_found (404)."""
    for found in tax_places_of(merchant):
        if found.place == place:
            return found
    raise not_found()
