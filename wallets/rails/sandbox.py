"""The sandbox rail: test money that arrives at once. Only where the instance is a demo."""

from wallets.rails.base import Collected


class Sandbox:
    test_money = True

    def collect(self, *, order: str, amount_minor: int, currency: str) -> Collected:
        return Collected(reference=order, amount_minor=amount_minor, currency=currency)
