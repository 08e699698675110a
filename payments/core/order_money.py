"""What an order asked for against what came for it: paid, short, too much, twice. Amounts in minor units."""

from collections.abc import Sequence
from dataclasses import dataclass

OPEN, SHORT, PAID, OVER, TWICE = "open", "short", "paid", "over", "twice"


@dataclass(frozen=True, slots=True)
class Came:
    """One payment for the order. A tip is the payer's own wish and no part of what was asked."""

    total_minor: int
    tip_minor: int
    refunded_minor: int

    @property
    def kept_minor(self) -> int:
        """What of it stands for the order today."""
        return max(self.total_minor - self.tip_minor - self.refunded_minor, 0)


@dataclass(frozen=True, slots=True)
class OrderMoney:
    """asked_minor: the order's gross, without any tip. came: oldest first."""

    asked_minor: int
    came: tuple[Came, ...]

    @property
    def kept_minor(self) -> int:
        return sum(each.kept_minor for each in self.came)

    @property
    def missing_minor(self) -> int:
        return max(self.asked_minor - self.kept_minor, 0)

    @property
    def excess_minor(self) -> int:
        return max(self.kept_minor - self.asked_minor, 0)

    @property
    def state(self) -> str:
        """OPEN: nothing stands for it. TWICE: one payment alone is what is too much."""
        if not self.kept_minor:
            return OPEN
        if self.missing_minor:
            return SHORT
        if not self.excess_minor:
            return PAID
        return TWICE if any(each.kept_minor == self.excess_minor for each in self.came) else OVER


def rest_of(amounts: Sequence[int], missing_minor: int) -> list[int]:
    """What each line (its gross) still asks for: those that come first have been paid first.

    The rests add up to `missing_minor`, which is at most the sum of the lines.
    """
    assert 0 <= missing_minor <= sum(amounts)
    paid = sum(amounts) - missing_minor
    rests = []
    for amount in amounts:
        part = min(amount, paid)
        paid -= part
        rests.append(amount - part)
    return rests
