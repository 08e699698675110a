"""A shop that sells without a tax number, what it says later, and when its sales are put right."""

from datetime import datetime
from unittest import mock

from merchants.flows.complete_tax_profile import complete_tax_profile
from merchants.models import TaxProfile
from payments.flows import correct_sales as module
from tests.factories import Shop, make_shop

NUMBER = "DE136695976"


def provisional_shop(*, inclusive: bool = True, rounding: str = "per_line") -> Shop:
    """It sells at 19 %."""
    made = make_shop(categories=("standard",), inclusive=inclusive, rounding=rounding)
    TaxProfile.objects.filter(pk=made.merchant.pk).update(tax_number="", provisional=True)
    made.merchant.tax_profile.refresh_from_db()
    return made


def complete(shop: Shop, sold_as: str, *more: str) -> TaxProfile:
    profile = TaxProfile.objects.get(pk=shop.merchant.pk)
    return complete_tax_profile(
        actor_id=shop.owner.pk,
        merchant_id=shop.merchant.pk,
        tax_number=NUMBER,
        prices_include_tax=profile.prices_include_tax,
        categories=[sold_as, *more],
        sold_as=sold_as,
    )


def corrected_on(moment: datetime, *, limit: int = 200) -> int:
    """The sales that were made first are looked through at that moment."""
    with mock.patch.object(module, "database_now", return_value=moment):
        return module.correct_sales(limit=limit)
