"""A business signs up: its names, its tax profile, and the person who owns it, in one transaction.

It waits for an operator's review and can take money meanwhile, with the payer being told so.
"""

from collections.abc import Sequence
from uuid import UUID

from django.conf import settings
from django.db import transaction

from base.core.errors import Refused
from base.flows.record import audit_line
from merchants.core.identity import LEGAL_NAME_MAX, TRADE_NAME_MAX, TaxNumber, clean_name, read_tax_number
from merchants.core.places import CURRENCY_OF
from merchants.core.trades import DEFAULT_TRADE, TRADES
from merchants.flows.set_categories import check_categories
from merchants.models import Membership, Merchant, TaxProfile
from merchants.models.business import PROVISIONALLY
from wallets.core.money import exponent


def register(
    *,
    actor_id: UUID,
    legal_name: str,
    trade_name: str,
    country: str,
    tax_number: str,
    prices_include_tax: bool,
    categories: Sequence[str],
    currency: str = "",
    mcc: str = DEFAULT_TRADE,
) -> Merchant:
    """Make the merchant, its tax profile and the actor's ownership. currency: empty takes the country's own.

    tax_number: may be empty where settings let a shop sell provisionally: then all at the full rate.

    Refused (400, fact `field` names the input): name_*, country_unknown, currency_unknown, trade_unknown,
    tax_number_invalid, category_unknown.
    """
    legal = clean_name(legal_name, limit=LEGAL_NAME_MAX, field="legal_name")
    trade = clean_name(trade_name, limit=TRADE_NAME_MAX, field="trade_name")
    if mcc not in TRADES:
        raise Refused("trade_unknown", "Please choose one from the list.", field="mcc")
    number = _number(country, tax_number)
    with transaction.atomic():
        merchant = Merchant.objects.create(
            legal_name=legal,
            trade_name=trade,
            country=country,
            currency=_currency(country, currency),
            mcc=mcc,
            fee_ppm=settings.FEE_PPM,
        )
        TaxProfile.objects.create(
            merchant=merchant,
            tax_number=number.text if number else "",
            prices_include_tax=prices_include_tax,
            categories=check_categories(categories) if number else [PROVISIONALLY],
            provisional=number is None,
        )
        Membership.objects.create(merchant=merchant, person_id=actor_id, role=Membership.Role.OWNER)
        audit_line(
            actor_id=actor_id,
            action="merchant.registered",
            subject=merchant.pk,
            merchant=merchant.pk,
            trade_name=trade,
            tax_number_checked=bool(number and number.checked),
        )
    return merchant


def _number(country: str, text: str) -> TaxNumber | None:
    """None: the shop has no number yet, and may sell provisionally."""
    if settings.PROVISIONAL_TAX and not text.strip():
        return None
    return read_tax_number(text, country=country)


def _currency(country: str, currency: str) -> str:
    if country not in CURRENCY_OF:
        raise Refused("country_unknown", "We do not serve shops in this country yet.", field="country")
    priced_in = currency or CURRENCY_OF[country]
    exponent(priced_in)
    return priced_in
