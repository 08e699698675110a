"""Who shares in a shop's sales, and in whose sales it shares; for owners, 404 for all others."""

from datetime import date
from hashlib import sha256
from uuid import UUID

from django.db.models import Q, QuerySet

from base.core.errors import Refused
from merchants.core.roles import Action
from merchants.models import Merchant, SplitRule
from merchants.queries.shops import Actor, one, shop_for, shops_of


def active_splits(merchant_id: UUID, on: date) -> list[SplitRule]:
    """The rules that share a sale of this local day, in their one fixed order; one query."""
    rules = SplitRule.objects.filter(
        Q(ends_on=None) | Q(ends_on__gt=on),
        merchant=merchant_id,
        state=SplitRule.State.ACTIVE,
        starts_on__lte=on,
    )
    return list(rules.order_by("id"))


def splits_of(merchant: Merchant) -> list[SplitRule]:
    """Both what the shop shares and what it takes part in, newest first; one query."""
    return list(_rules(merchant.pk).order_by("-id"))


def split_for(actor: Actor, merchant_id: UUID, rule_id: UUID) -> SplitRule:
    """One of them, for an owner of either side; two queries."""
    merchant = shop_for(actor, merchant_id, Action.PAY_OUT)
    return one(_rules(merchant.pk).filter(pk=rule_id))


def split_by_token(token: str) -> SplitRule:
    """The offer of a mailed link, while it waits; one query. Refused split_unknown (404)."""
    rule = (
        SplitRule.objects.select_related("merchant", "asked_by")
        .filter(token_sha256=sha256(token.encode()).digest(), state=SplitRule.State.ASKED)
        .first()
    )
    if rule is None:
        message = "This offer is not open any more: it was answered or taken back."
        raise Refused("split_unknown", message, status=404)
    return rule


def shops_that_may_share(actor: Actor, rule: SplitRule) -> list[Merchant]:
    """The actor's own shops that can take part: owned, in the same currency, not the seller; 3 queries."""
    return [
        member.merchant
        for member in shops_of(actor)
        if member.role == "owner"
        and member.merchant.currency == rule.merchant.currency
        and member.merchant_id != rule.merchant_id
    ]


def _rules(merchant_id: UUID) -> "QuerySet[SplitRule]":
    rows = SplitRule.objects.select_related("merchant", "partner")
    return rows.filter(Q(merchant=merchant_id) | Q(partner=merchant_id))
