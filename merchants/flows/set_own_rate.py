"""A business enters its own tax rate, from a day on: where the national table cannot know it (US, IN, BR).

The rates of one category, tax and place form a line of time without gaps made by us and without overlaps: a
new rate ends the one before it, and ends itself where a later one begins. Where a place has rates of its own
in a category, those for everywhere are not added to them.
"""

import re
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from base.core.errors import Refused
from base.flows.record import audit_line
from merchants.core.roles import Action
from merchants.models import Merchant, OwnRate
from merchants.queries import rate_places_of, shop_for
from taxes.core.rates import TaxRate, rate_code
from taxes.queries import CATEGORIES

# Taxes have short names in capitals; the name is a part of the tax account's code in the ledger.
_TAX_NAME = re.compile(r"[A-Z][A-Z0-9]{1,19}", re.ASCII)
_RATELESS = {"zero", "exempt", "outside_scope", "below_threshold"}


def set_own_rate(
    *,
    actor_id: UUID,
    merchant_id: UUID,
    category: str,
    tax: str,
    rate: Decimal,
    valid_from: date,
    compound: bool = False,
    place: str = "",
) -> OwnRate:
    """Set the rate (percent, at most four decimals) from a local day on; the same day again corrects it.

    compound: taken on the plain taxes of the line too. place: one of `rate_places_of`, or everywhere.
    Sales that were made keep the rate they were made at. Refused (400, `field`): category_unknown,
    tax_name_invalid, tax_rate_invalid, place_unknown; not_found (404).
    """
    _check(category, tax, rate)
    with transaction.atomic():
        merchant = shop_for(actor_id, merchant_id, Action.MANAGE_SHOP)
        # Two at once would each end the same rate: the shop's row is the queue.
        Merchant.objects.select_for_update(no_key=True).get(pk=merchant_id)
        if place and place not in rate_places_of(merchant):
            raise Refused("place_unknown", "You have no branch at this place.", field="place")
        where = {"country": place[:2], "region": place if "-" in place else ""}
        rows = merchant.own_rates.filter(category=category, tax=tax, **where)
        later = rows.filter(valid_from__gt=valid_from).order_by("valid_from").first()
        rows.filter(valid_from__lt=valid_from).exclude(valid_to__lte=valid_from).update(valid_to=valid_from)
        own, _ = OwnRate.objects.update_or_create(
            merchant=merchant,
            category=category,
            tax=tax,
            valid_from=valid_from,
            country=where["country"],
            region=where["region"],
            defaults={"rate": rate, "compound": compound, "valid_to": later.valid_from if later else None},
        )
        audit_line(
            actor_id=actor_id,
            action="own_rate.set",
            subject=own.pk,
            merchant=merchant_id,
            category=category,
            tax=tax,
            rate=rate_code(rate),
            compound=compound,
            place=place,
            valid_from=valid_from.isoformat(),
        )
    return own


def _check(category: str, tax: str, rate: Decimal) -> None:
    if category not in CATEGORIES or category in _RATELESS:
        raise Refused("category_unknown", "This category cannot have a rate.", field="category")
    if not _TAX_NAME.fullmatch(tax):
        raise Refused("tax_name_invalid", "Capital letters and digits only, such as SALES.", field="tax")
    if TaxRate(tax, rate).rate >= 100:
        raise Refused("tax_rate_invalid", "A rate below 100 %, please.", field="rate")
