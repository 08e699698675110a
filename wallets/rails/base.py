"""What a rail promises."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Collected:
    """Money a rail has brought in. reference: the rail's own id, booked once for ever."""

    reference: str
    amount_minor: int
    currency: str


class Rail(Protocol):
    """A way in (and, later, out) of the banks. Called outside any transaction."""

    test_money: bool

    def collect(self, *, order: str, amount_minor: int, currency: str) -> Collected:
        """Bring money in under our order id; asking twice with one order gives the same answer."""
        ...
