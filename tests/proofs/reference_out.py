"""The second ledger, where money leaves: to another wallet, to a bank, to a shop's bank, to a partner.

As in `reference.py` a method that may be refused answers with the code of the refusal, or "".
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from tests.proofs.arithmetic import Shop
from tests.proofs.reference import Book

LEAST_PAYOUT = 1_00
KINDS = ("payable", "tips", "tax")


@dataclass
class Out:
    """Money on its way to a bank: from which accounts, and whether the bank sends it back."""

    currency: str
    parts: list[tuple[str, int]]
    comes_back: bool


class Ledger(Book):
    """The whole model."""

    def __init__(self, basic: str) -> None:
        super().__init__(basic)
        self.asked: dict[str, tuple[tuple[object, ...], str]] = {}  # terms and answer by key
        self.under_way: list[Out] = []

    def once(self, key: str, terms: tuple[object, ...], act: Callable[[], str]) -> str:
        if key not in self.asked:
            self.asked[key] = terms, act()
        known, answer = self.asked[key]
        return answer if known == terms else "key_reused"

    def send(self, payer: str, to: str, currency: str, amount: int, key: str, now: datetime) -> str:
        return self.once(
            key, (payer, to, currency, amount), partial(self._send, payer, to, currency, amount, now)
        )

    def _send(self, payer: str, to: str, currency: str, amount: int, now: datetime) -> str:
        if payer == to:
            return "own_wallet"
        before = Counter(self.spent)
        if no := self._spend(payer, currency, amount, now):
            return no
        if self.full(to, currency, amount):
            self.spent = before
            return "receiver_full"
        self.move((f"customer:{payer}:{currency}", -amount), (f"customer:{to}:{currency}", amount))
        return ""

    def _spend(self, payer: str, currency: str, amount: int, now: datetime) -> str:
        if self.free(f"customer:{payer}:{currency}") < amount:
            return "balance_too_low"
        return "over_limit" if self.over_limit(payer, currency, amount, now) else ""

    def withdraw(
        self, payer: str, currency: str, amount: int, comes_back: bool, key: str, now: datetime
    ) -> str:
        def act() -> str:
            if no := self._spend(payer, currency, amount, now):
                return no
            self._leave(Out(currency, [(f"customer:{payer}:{currency}", amount)], comes_back))
            return ""

        return self.once(key, (payer, currency, amount, comes_back), act)

    def pay_out(self, shop: Shop, amount: int | None, key: str) -> str:
        return self.once(key, (shop.id, amount), partial(self._pay_out, shop, amount))

    def _pay_out(self, shop: Shop, amount: int | None) -> str:
        kinds = KINDS[:2] if shop.fenced else KINDS
        mine = [
            (kinds.index(kind), account, balance)
            for account, balance in self.balance.items()
            for kind in kinds
            if balance > 0 and f"{account}:".startswith(shop.account(f"{kind}:"))
        ]
        there = sum(balance for _, _, balance in mine)
        wanted = there if amount is None else amount
        if there == 0:
            return "nothing_to_pay_out"
        if wanted < LEAST_PAYOUT:
            return "payout_below_minimum"
        if wanted > there:
            return "payout_too_large"
        parts = []
        for _, account, balance in sorted(mine):
            if taken := min(balance, wanted):
                parts.append((account, taken))
                wanted -= taken
        self._leave(Out(shop.currency, parts, shop.returned))
        return ""

    def _leave(self, out: Out) -> None:
        total = sum(amount for _, amount in out.parts)
        self.move(
            *((account, -amount) for account, amount in out.parts),
            (f"platform:{out.currency}:transit:sandbox", total),
        )
        self.under_way.append(out)

    def banks_answer(self) -> int:
        """Everything that is under way ends; how much did."""
        ended, self.under_way = self.under_way, []
        for out in ended:
            total = sum(amount for _, amount in out.parts)
            back = out.parts if out.comes_back else [(f"platform:{out.currency}:cash:sandbox", total)]
            self.move((f"platform:{out.currency}:transit:sandbox", -total), *back)
        return len(ended)

    def shares_due(self) -> set[str]:
        """Payments whose partner waits for a part."""
        return {
            payment for payment, sale in self.sales.items() if sale.settled and sale.share and not sale.shared
        }

    def share(self, payment: str) -> None:
        sale = self.sales[payment]
        shop, sale.shared = sale.code.shop, True
        self.move((shop.account("split_due"), -sale.share), (shop.partner, sale.share))
