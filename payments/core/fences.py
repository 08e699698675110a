"""Which recorded tax stays where it is, place by place: decided pure.

Of a ring-fenced place all of it stays. Of a place in mode *record* that was ring-fenced before, what was kept
back then stays, less what was released since; tax of later sales is free.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from payments.core.payouts import Part


@dataclass(frozen=True, slots=True)
class Fence:
    """The rule of one place. all_of_it: ring-fenced. kept: else what stays, minor units by account's code."""

    all_of_it: bool
    kept: Mapping[str, int] = field(default_factory=dict)


def still_kept(kept: Mapping[str, int], released: Mapping[str, int]) -> dict[str, int]:
    """What was kept of each account less what was released of it since."""
    left = {code: amount - released.get(code, 0) for code, amount in kept.items()}
    return {code: amount for code, amount in left.items() if amount > 0}


def all_tax(parts: Iterable[Part]) -> tuple[Part, ...]:
    """All tax of these accounts, in the order of their codes."""
    taxed = [part for part in parts if part.kind == "tax" and part.amount_minor > 0]
    return tuple(sorted(taxed, key=lambda part: part.account.code))


def fenced(parts: Iterable[Part], fences: Mapping[str, Fence]) -> tuple[Part, ...]:
    """What of these accounts stays, in the order of their codes; a place without a rule keeps nothing."""
    stays = []
    for part in parts:
        fence = fences.get(part.account.place) if part.kind == "tax" else None
        if fence is None:
            continue
        amount = part.amount_minor
        if not fence.all_of_it:
            amount = min(amount, fence.kept.get(part.account.code, 0))
        if amount > 0:
            stays.append(Part(part.account, amount))
    return tuple(sorted(stays, key=lambda part: part.account.code))
