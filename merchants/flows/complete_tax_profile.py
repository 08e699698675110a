"""A shop that sold provisionally says how it is taxed: its number, what it sells and what it has sold.

Codes and items that were made at the full rate go on as what they are. The sales so far are corrected right
after (`payments.flows.correct_sales`); until then their tax stays here.
"""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from base.core.errors import Refused
from base.flows.record import audit_line
from base.flows.ring import ring
from merchants.core.identity import read_tax_number
from merchants.core.roles import Action
from merchants.flows.set_categories import check_categories
from merchants.models import Item, Merchant, QrCode, TaxProfile
from merchants.models.business import PROVISIONALLY
from merchants.queries import offers_to_complete, shop_for, tax_profile_of


def complete_tax_profile(
    *,
    actor_id: UUID,
    merchant_id: UUID,
    tax_number: str,
    prices_include_tax: bool,
    categories: Sequence[str],
    sold_as: str,
) -> TaxProfile:
    """Complete the profile, once. sold_as: the category of all that was sold so far, one of `categories`.

    Refused: tax_number_invalid, category_unknown, tax_rate_missing (400, `field`); tax_profile_complete
    (409), not_found (404).
    """
    sold = check_categories(categories)
    with transaction.atomic():
        merchant = shop_for(actor_id, merchant_id, Action.MANAGE_SHOP)
        _check_sold(merchant, sold_as, sold)
        number = read_tax_number(tax_number, country=merchant.country)
        tax_profile_of(merchant)
        completed = TaxProfile.objects.filter(pk=merchant.pk, provisional=True).update(
            provisional=False,
            tax_number=number.text,
            prices_include_tax=prices_include_tax,
            categories=sold,
            sold_as=sold_as,
        )
        if not completed:
            raise Refused("tax_profile_complete", "The tax profile is complete already.", status=409)
        QrCode.objects.filter(
            merchant=merchant, kind=QrCode.Kind.STATIC, state=QrCode.State.ACTIVE, category=PROVISIONALLY
        ).update(category=sold_as)
        # What is asked for right now was priced at the full rate: it is asked for anew.
        QrCode.objects.filter(
            merchant=merchant, kind=QrCode.Kind.ONE_TIME, state=QrCode.State.ACTIVE, expires_at__gt=Now()
        ).update(state=QrCode.State.RETIRED, retired_at=Now())
        Item.objects.filter(merchant=merchant, category=PROVISIONALLY).update(category=sold_as)
        audit_line(
            actor_id=actor_id,
            action="tax_profile.completed",
            subject=merchant.pk,
            merchant=merchant.pk,
            tax_number=number.text,
            tax_number_checked=number.checked,
            categories=sold,
            sold_as=sold_as,
        )
        ring(task="payments.tasks.correct_sales")
    return TaxProfile.objects.get(pk=merchant_id)


def _check_sold(merchant: Merchant, sold_as: str, sold: Sequence[str]) -> None:
    """It is said once: sales that no rate fits could never be corrected."""
    if sold_as not in sold:
        raise Refused("category_unknown", "Please choose one of what you sell.", field="sold_as")
    offers = offers_to_complete(merchant)
    if offers and sold_as not in {offer.code for offer in offers}:
        raise Refused(
            "tax_rate_missing",
            "There is no such rate where you sell, so nothing was changed. Choose another.",
            field="sold_as",
        )
