"""What a refund needs back on the tax and tip accounts that a payout, a release or a remittance emptied.

A refund always takes tax from its tax account and the tip from the tips, at the terms of the sale: exports
foot with that. Where such an account holds too little, a recall puts the lack there first, in a journal of
its own: tax that was remitted comes out of the claim against the authority, all else out of the sales.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from base.core.errors import Refused
from wallets.core import chart
from wallets.core.chart import AccountName
from wallets.core.ledger import Draft, legs

_FILLED = ("tax", "tips")


@dataclass(frozen=True, slots=True)
class Remitted:
    """What went to authorities, in minor units by tax account's code. claimed: what came back, by place."""

    by_account: Mapping[str, int] = field(default_factory=dict)
    claimed: Mapping[str, int] = field(default_factory=dict)


def lacks(refund: Draft, free: Mapping[AccountName, int]) -> dict[AccountName, int]:
    """How much too little the tax and tip accounts of a refund hold, in minor units."""
    found = {}
    for leg in refund.legs:
        if leg.amount_minor < 0 and leg.account.owner == "merchant" and leg.account.kind in _FILLED:
            lack = -leg.amount_minor - free.get(leg.account, 0)
            if lack > 0:
                found[leg.account] = lack
    return found


def recall(
    refund: Draft, *, free: Mapping[AccountName, int], remitted: Remitted, journal: UUID
) -> Draft | None:
    """The journal that goes before the refund's; None where nothing lacks.

    Refused shop_balance_too_low (409) where the sales do not cover the refund's own part and the rest.
    """
    lacking = lacks(refund, free)
    claims = _claims(lacking, remitted)
    currency = next((leg.account.currency for leg in refund.legs if leg.account.owner == "merchant"), "")
    payable = chart.payable(refund.shard_key, currency)
    wanted = sum(lacking.values()) - sum(claims.values())
    own = -sum(leg.amount_minor for leg in refund.legs if leg.account == payable)
    if own + wanted > free.get(payable, 0):
        raise balance_too_low()
    if not lacking:
        return None
    claim = {chart.tax_claim(refund.shard_key, currency, place): -taken for place, taken in claims.items()}
    return Draft(
        id=journal,
        reference=f"recall:{refund.reference.partition(':')[2]}",
        kind="recall",
        happened_at=refund.happened_at,
        shard_key=refund.shard_key,
        legs=legs((payable, -wanted), *claim.items(), *lacking.items()),
        document_sha256=refund.document_sha256,
    )


def balance_too_low() -> Refused:
    """The refund that the shop's own money does not cover."""
    return Refused(
        "shop_balance_too_low",
        "The shop's balance does not cover this refund yet. Nothing was moved: "
        "take more payments or a smaller refund, or pay the customer back in cash.",
        status=409,
    )


def _claims(lacking: Mapping[AccountName, int], remitted: Remitted) -> dict[str, int]:
    """What of the lack authorities have, by place: never more than went there and has not come back."""
    claims: dict[str, int] = {}
    left: dict[str, int] = {place: -amount for place, amount in remitted.claimed.items()}
    for code, amount in remitted.by_account.items():
        place = code.split(":")[4]
        left[place] = left.get(place, 0) + amount
    for account, lack in lacking.items():
        place = account.place
        amount = min(lack, remitted.by_account.get(account.code, 0), left.get(place, 0))
        if amount > 0:
            claims[place] = claims.get(place, 0) + amount
            left[place] -= amount
    return claims
