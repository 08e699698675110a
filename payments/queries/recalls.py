"""What a refund that was refused has to know of its merchant's accounts; for the flow that posts it."""

from collections.abc import Mapping

from django.db.models import Sum

from payments.core.recalls import Remitted, lacks
from payments.models import TaxRelease, TaxReleasePart
from wallets.core import chart
from wallets.core.chart import AccountName
from wallets.core.ledger import Draft
from wallets.queries import free_of, moved_on


def free_at(refund: Draft) -> dict[AccountName, int]:
    """What is free on the merchant's accounts in the money of a refund; one query."""
    currency = next(leg.account.currency for leg in refund.legs if leg.account.owner == "merchant")
    return dict(free_of(refund.shard_key, currency))


def remitted_by(refund: Draft, free: Mapping[AccountName, int]) -> Remitted:
    """What of the tax that lacks went to authorities; no query where no tax lacks, else one or two."""
    taxes = [account for account in lacks(refund, free) if account.kind == "tax"]
    if not taxes:
        return Remitted()
    places = {account.place for account in taxes}
    rows = TaxReleasePart.objects.filter(
        release__merchant=refund.shard_key,
        release__to=TaxRelease.To.AUTHORITY,
        release__place__in=places,
        release__currency=taxes[0].currency,
    )
    by_account = dict(rows.values_list("account").annotate(Sum("amount_minor")).order_by("account"))
    if not by_account:
        return Remitted()
    claims = {chart.tax_claim(refund.shard_key, taxes[0].currency, place).code: place for place in places}
    moved = moved_on(list(claims), kind="recall")
    return Remitted(by_account, {claims[code]: -amount for code, amount in moved.items()})
