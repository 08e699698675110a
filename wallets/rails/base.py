"""What a rail promises."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Collected:
    """Money a rail has brought in. reference: the rail's own id, booked once for ever."""

    reference: str
    amount_minor: int
    currency: str


class Outcome(StrEnum):
    """What the bank says of money that was sent. WAITING: nothing yet, ask again."""

    WAITING = "waiting"
    PAID = "paid"
    RETURNED = "returned"


class RailDown(Exception):
    """The rail cannot be reached, or does not know yet: ask again later with the same order."""


class Rail(Protocol):
    """A way in and out of the banks. Called outside any transaction; may raise RailDown."""

    test_money: bool

    def collect(self, *, order: str, amount_minor: int, currency: str) -> Collected:
        """Bring money in under our order id; asking twice with one order gives the same answer."""
        ...

    def send(self, *, order: str, amount_minor: int, currency: str, account: str, name: str) -> str:
        """Send money out under our order id; returns the rail's reference.

        account: an IBAN. name: its holder as we know it, may be empty. Asking twice with one order
        sends once and gives the same reference: we ask again after a crash.
        """
        ...

    def outcome(self, *, order: str, reference: str) -> Outcome:
        """What became of a sent order; once it is paid or returned the answer stays."""
        ...
