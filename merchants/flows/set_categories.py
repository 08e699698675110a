"""What a business sells, as its tax profile says it: only these categories can stand in a code."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from base.core.errors import Refused
from base.flows.record import audit_line
from merchants.core.roles import Action
from merchants.models import TaxProfile
from merchants.queries import shop_for, tax_profile_of
from taxes.queries import CATEGORIES


def set_categories(*, actor_id: UUID, merchant_id: UUID, categories: Sequence[str]) -> TaxProfile:
    """Replace the list; codes made before stay. Refused: category_unknown, tax_profile_missing."""
    sold = check_categories(categories)
    with transaction.atomic():
        profile = tax_profile_of(shop_for(actor_id, merchant_id, Action.MANAGE_SHOP))
        TaxProfile.objects.filter(pk=profile.pk).update(categories=sold)
        audit_line(
            actor_id=actor_id,
            action="tax_profile.categories_set",
            subject=merchant_id,
            merchant=merchant_id,
            before=profile.categories,
            after=sold,
        )
    profile.categories = sold
    return profile


def check_categories(categories: Sequence[str]) -> list[str]:
    """The known categories among these, each once and in the order of the table. Refused category_unknown."""
    if not categories or set(categories) - set(CATEGORIES):
        raise Refused("category_unknown", "Please choose at least one from the list.", field="categories")
    return [category for category in CATEGORIES if category in categories]
