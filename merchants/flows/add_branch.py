"""A place of sale opens. Its country and region decide the tax, its time zone the local day.

A branch stands in the country of its business: another country asks for another tax number, so it is
another business here.
"""

from uuid import UUID

from django.db import transaction

from base.core.errors import Refused
from base.flows.record import audit_line
from merchants.core.identity import clean_name, clean_text
from merchants.core.places import REGION_NEEDED, regions_of, zones_of
from merchants.core.roles import Action
from merchants.models import Branch
from merchants.queries import shop_for


def add_branch(
    *,
    actor_id: UUID,
    merchant_id: UUID,
    name: str,
    street: str,
    city: str,
    postcode: str = "",
    region: str = "",
    time_zone: str = "",
) -> Branch:
    """Open a branch. region: ISO 3166-2 ("US-TX"); time_zone: IANA; empty takes the country's first.

    Refused (400, `field`): name_*, region_missing, region_unknown, time_zone_unknown; not_found (404).
    """
    with transaction.atomic():
        merchant = shop_for(actor_id, merchant_id, Action.MANAGE_SHOP)
        branch = Branch.objects.create(
            merchant=merchant,
            name=clean_name(name, limit=60, field="name"),
            street=clean_name(street, limit=120, field="street"),
            postcode=clean_text(postcode, limit=12, field="postcode"),
            city=clean_name(city, limit=60, field="city"),
            region=_region(merchant.country, region),
            country=merchant.country,
            time_zone=_time_zone(merchant.country, time_zone),
        )
        audit_line(
            actor_id=actor_id,
            action="branch.added",
            subject=branch.pk,
            merchant=merchant.pk,
            name=branch.name,
            place=branch.place,
        )
    return branch


def _region(country: str, region: str) -> str:
    if not region and country in REGION_NEEDED:
        raise Refused("region_missing", "The tax depends on it here: please choose one.", field="region")
    if region and region not in regions_of(country):
        raise Refused("region_unknown", "Please choose one from the list.", field="region")
    return region


def _time_zone(country: str, time_zone: str) -> str:
    zones = zones_of(country)
    if time_zone and time_zone not in zones:
        raise Refused("time_zone_unknown", "Please choose a time zone of this country.", field="time_zone")
    return time_zone or zones[0]
