"""Who gets which part of a sale: pure, exact to the minor unit, and never more than the seller has of it.

What is split is the sale's net after our fee: tax and tips are nobody's to share. Each partner gets its
share by largest remainder, so that all parts together are the whole.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from wallets.core import chart
from wallets.core.ledger import Draft, legs
from wallets.core.money import split_by_weights

WHOLE_PPM = 1_000_000


@dataclass(frozen=True, slots=True)
class Rule:
    """share_ppm: of the net after fee, in millionths (300,000 is 30 %). partner: the merchant that gets."""

    rule: UUID
    partner: UUID
    share_ppm: int


@dataclass(frozen=True, slots=True)
class Share:
    """One partner's part of one sale; above zero."""

    rule: UUID
    partner: UUID
    amount_minor: int


def split(net_minor: int, rules: Sequence[Rule]) -> tuple[Share, ...]:
    """The partners' parts of `net_minor` (after our fee), in the order of the rules.

    Rules come in one fixed order (by id), so that the same sale is always split the same way.
    """
    assert net_minor >= 0, net_minor
    own_ppm = WHOLE_PPM - sum(rule.share_ppm for rule in rules)
    assert own_ppm >= 0, rules
    parts = split_by_weights(net_minor, [own_ppm, *(rule.share_ppm for rule in rules)])
    return tuple(
        Share(rule.rule, rule.partner, amount)
        for rule, amount in zip(rules, parts[1:], strict=True)
        if amount
    )


def shared(
    *,
    share: UUID,
    journal: UUID,
    seller: UUID,
    partner: UUID,
    currency: str,
    amount_minor: int,
    happened_at: datetime,
) -> Draft:
    """The part moves from where the sale has set it aside to the partner; it happened when the sale did."""
    return Draft(
        id=journal,
        reference=f"share:{share}",
        kind="share",
        happened_at=happened_at,
        shard_key=partner,
        legs=legs(
            (chart.split_due(seller, currency), -amount_minor),
            (chart.payable(partner, currency), amount_minor),
        ),
    )
