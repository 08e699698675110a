"""What a business may sell, at which rates, and what a payer is shown of it before paying."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from django.db import connection

from base.core.errors import Refused
from base.ids import database_now
from merchants.core.identity import tax_number_label
from merchants.core.trades import trade_label
from merchants.models import Branch, Merchant, OwnRate, TaxProfile
from merchants.models.business import PROVISIONALLY
from taxes.core.rates import OwnRate as DatedOwnRate
from taxes.core.rates import Treatment
from taxes.queries import CategoryOnOffer, categories_for, taxes_on

_OWN_RATES = """
SELECT category, tax, rate, valid_from, valid_to, country, region, compound
FROM merchants_ownrate WHERE merchant_id = %s ORDER BY category, compound, tax, valid_from
"""


@dataclass(frozen=True, slots=True)
class Payee:
    """Who is paid, as the reviewed record says it; never taken from a QR code's text."""

    trade_name: str
    legal_name: str
    place: str
    category_label: str
    tax_number: str
    tax_label: str
    reviewed: bool
    country: str


def tax_profile_of(merchant: Merchant) -> TaxProfile:
    """The tax profile; Refused tax_profile_missing (409): without one, no money may be taken. One query."""
    profile = TaxProfile.objects.filter(merchant=merchant).first()
    if profile is None:
        raise Refused(
            "tax_profile_missing", "This shop has no tax profile yet, so it cannot be paid.", status=409
        )
    return profile


def check_open(merchant: Merchant) -> None:
    """Refused shop_frozen or shop_rejected (409) when an operator has stopped this business."""
    if merchant.frozen_at is not None:
        raise Refused("shop_frozen", "This shop was stopped. Please ask the operator.", status=409)
    if merchant.review == Merchant.Review.REJECTED:
        raise Refused("shop_rejected", "This shop was not accepted. Please ask the operator.", status=409)


def own_rate_rows(merchant: Merchant) -> list[OwnRate]:
    """The rows of the merchant's own rates by category and place, in the order in which they are taken, each
    tax newest first; one query."""
    return list(
        merchant.own_rates.order_by("category", "country", "region", "compound", "tax", "-valid_from")
    )


def rate_places_of(merchant: Merchant) -> list[str]:
    """The places of its branches for which an own rate can be told apart: regions, and countries where there
    is more than one; one query."""
    places = sorted(set(merchant.branches.values_list("country", "region")))
    countries = sorted({country for country, _ in places})
    regions = [region for _, region in places if region]
    return (countries if len(countries) > 1 else []) + regions


def own_rates_of(merchant: Merchant) -> list[DatedOwnRate]:
    """The same as `taxes` reads them; one query (as text: every page of a payer asks), none where it is known
    that there are none."""
    if not merchant.has_own_rates:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_OWN_RATES, [merchant.pk])
        return [
            DatedOwnRate(
                category=category,
                tax=tax,
                rate=rate,
                valid_from=valid_from,
                valid_to=valid_to,
                country=country,
                region=region,
                compound=compound,
                source="own rate",
            )
            for category, tax, rate, valid_from, valid_to, country, region, compound in cursor.fetchall()
        ]


def place_rates(branch: Branch, categories: Iterable[str], on: date) -> dict[str, Treatment]:
    """How each category is taxed at a branch on a local day; one query. Refused: as taxes_on."""
    own = own_rates_of(branch.merchant)
    return {
        category: taxes_on(country=branch.country, region=branch.region, category=category, on=on, own=own)
        for category in categories
    }


def offers_today(branch: Branch) -> list[CategoryOnOffer]:
    """What the shop sells and can be taxed at a branch today; three queries. Refused tax_profile_missing."""
    sold = tax_profile_of(branch.merchant).categories
    today = database_now().astimezone(ZoneInfo(branch.time_zone)).date()
    own = own_rates_of(branch.merchant)
    return [o for o in categories_for(branch.country, branch.region, on=today, own=own) if o.code in sold]


def offers_to_complete(merchant: Merchant) -> list[CategoryOnOffer]:
    """What a shop that sold provisionally may say it has sold: what each place that has a full rate can tax
    today, with the rates of the first; three queries. None where no place has one, for nothing was sold."""
    own, now = own_rates_of(merchant), database_now()
    found = [
        categories_for(
            branch.country, branch.region, on=now.astimezone(ZoneInfo(branch.time_zone)).date(), own=own
        )
        for branch in merchant.branches.order_by("id")
    ]
    codes = [{offer.code for offer in offers} for offers in found]
    selling = [place for place, sold in enumerate(codes) if PROVISIONALLY in sold]
    if not selling:
        return []
    everywhere = set.intersection(*(codes[place] for place in selling))
    return [offer for offer in found[selling[0]] if offer.code in everywhere]


def payee_of(merchant: Merchant, branch: Branch) -> Payee:
    """What the pay page shows above the amount; one query, none where the tax profile came along."""
    number = merchant.tax_profile.tax_number if hasattr(merchant, "tax_profile") else ""
    return Payee(
        trade_name=merchant.trade_name,
        legal_name=merchant.legal_name,
        place=branch.place,
        category_label=trade_label(merchant.mcc),
        tax_number=number,
        tax_label=tax_number_label(branch.country, number),
        reviewed=merchant.review == Merchant.Review.REVIEWED,
        country=branch.country,
    )
