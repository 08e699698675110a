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
from merchants.models import Item, QrCode, TaxProfile
from merchants.models.business import PROVISIONALLY
from merchants.queries import shop_for, tax_profile_of


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

    Refused: tax_number_invalid, category_unknown (400, `field`), tax_profile_complete (409), not_found (404).
    """
    sold = check_categories(categories)
    if sold_as not in sold:
        raise Refused("category_unknown", "Please choose one of what you sell.", field="sold_as")
    with transaction.atomic():
        merchant = shop_for(actor_id, merchant_id, Action.MANAGE_SHOP)
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
