"""The sandbox rail: test money that comes and goes at once. Only where the instance is a demo.

An account whose number ends in 00 sends money back, so that a return can be tried.
"""

from wallets.rails.base import Collected, Outcome

RETURNS = "00"


class Sandbox:
    test_money = True

    def collect(self, *, order: str, amount_minor: int, currency: str) -> Collected:
        return Collected(reference=order, amount_minor=amount_minor, currency=currency)

    def send(self, *, order: str, amount_minor: int, currency: str, account: str, name: str) -> str:
        outcome = Outcome.RETURNED if account.endswith(RETURNS) else Outcome.PAID
        return f"{outcome}:{order}"

    def outcome(self, *, order: str, reference: str) -> Outcome:
        return Outcome(reference.partition(":")[0])
