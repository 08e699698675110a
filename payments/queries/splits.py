"""Who shares in a sale, and what a business has got of others' sales."""

from zoneinfo import ZoneInfo

from merchants import queries as shops
from payments.core.splits import Rule, Share, split
from payments.models import Payment


def shares_of(payment: Payment, *, net_minor: int) -> tuple[Share, ...]:
    """The partners' parts of a sale of this moment, by the local day of its place; one query at most.

    net_minor: of the sale, before our fee. Needs the payment's branch.
    """
    if not payment.merchant.may_share:
        return ()
    day = payment.happened_at.astimezone(ZoneInfo(payment.branch.time_zone)).date()
    rules = [
        Rule(rule.pk, rule.partner_id, rule.share_ppm)
        for rule in shops.active_splits(payment.merchant_id, day)
        if rule.partner_id is not None
    ]
    return split(net_minor - payment.fee_minor, rules)
