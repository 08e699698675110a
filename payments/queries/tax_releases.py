"""What of a place's fenced tax may be released, and what was: for owners and accountants, else 404."""

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from merchants import queries as shops
from merchants.core.roles import Action
from merchants.models import Merchant, TaxMode
from payments.core import tax_releases
from payments.core.payouts import Part
from payments.core.tax_releases import LEAVING
from payments.models import Payment, TaxRelease
from payments.queries.fences import accounts_of, fenced_of
from people.models import User
from wallets.core import chart
from wallets.queries import balance_of, free_before


def releasable(
    merchant: Merchant, place: str, *, until: datetime | None = None
) -> tuple[TaxMode | None, tuple[Part, ...]]:
    """The mode of a place (None: nobody has chosen one) and its fenced tax, or what of it came in before
    `until`; seven queries at most. Who releases holds the merchant's row. Provisional tax is nobody's yet."""
    mode = shops.tax_modes_of(merchant.pk).get(place)
    accounts = [part for part in accounts_of(merchant, merchant.currency) if part.account.place == place]
    provisional = Payment.objects.filter(merchant=merchant, provisional=True).exists()
    fenced = () if provisional else fenced_of(merchant, accounts)
    before = None
    if until is not None:
        before = free_before(merchant.pk, merchant.currency, until, leaving=LEAVING)
    return mode, tax_releases.within(fenced, before)


def claim_of(merchant: Merchant, place: str) -> int:
    """What is claimed from the authority of a place, zero or above, in minor units; one query."""
    return max(0, -balance_of(chart.tax_claim(merchant.pk, merchant.currency, place)))


def tax_releases_of(actor: User, merchant_id: UUID) -> "QuerySet[TaxRelease]":
    """A shop's releases and remittances, newest first; one query for the right, one for the rows."""
    merchant = shops.shop_for(actor, merchant_id, Action.SEE_PAYOUTS)
    return TaxRelease.objects.filter(merchant=merchant).select_related("ordered_by").order_by("-id")
