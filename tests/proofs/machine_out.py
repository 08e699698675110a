"""The steps of the stateful model where money leaves: sent, withdrawn, paid out, shared with a partner."""

from collections.abc import Callable
from functools import partial
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from payments.flows.carry_payouts import carry_payouts
from payments.flows.pay_out import pay_out
from payments.flows.share_out import share_out
from payments.models import SplitShare
from tests.factories import PIN
from tests.proofs.machine import Sales, again, place
from tests.proofs.stage import one_of, outcome
from tests.wallets.orders import PAID_IBAN, RETURNED_IBAN
from wallets.flows.move_withdrawals import move_withdrawals
from wallets.flows.send import send
from wallets.flows.withdraw import withdraw

currencies = st.sampled_from(["EUR", "USD"])
amounts = st.integers(1, 160_00)


class Model(Sales):
    """All steps. Each order is asked for twice under its key, now and then with another amount."""

    def twice(self, step: str, more: int, model: Callable[[int], str], flow: Callable[[int], object]) -> None:
        for extra in (0, more):
            expected = model(extra)
            self.saw(step, expected, outcome(partial(flow, extra))[0])

    @rule(payer=place, to=place, currency=currencies, amount=amounts, more=again)
    def send(self, payer: int, to: int, currency: str, amount: int, more: int) -> None:
        source, target = one_of(self.cast.people, payer), one_of(self.cast.people, to)
        wallets, key = (str(source.wallet.pk), str(target.wallet.pk)), self.key()
        self.twice(
            "send",
            more,
            lambda extra: self.book.send(*wallets, currency, amount + extra, key, self.now),
            lambda extra: send(
                person_id=source.pk,
                token=one_of(self.cast.tokens, to),
                currency=currency,
                amount_minor=amount + extra,
                pin=PIN,
                key=key,
                happened_at=self.now,
            ),
        )

    @rule(payer=place, currency=currencies, amount=amounts, returned=st.booleans(), more=again)
    def withdraw(self, payer: int, currency: str, amount: int, returned: bool, more: int) -> None:
        person, key = one_of(self.cast.people, payer), self.key()
        wallet = str(person.wallet.pk)
        self.twice(
            "withdraw",
            more,
            lambda extra: self.book.withdraw(wallet, currency, amount + extra, returned, key, self.now),
            lambda extra: withdraw(
                person_id=person.pk,
                currency=currency,
                amount_minor=amount + extra,
                iban=RETURNED_IBAN if returned else PAID_IBAN,
                pin=PIN,
                key=key,
                happened_at=self.now,
            ),
        )

    @rule(shop=place, amount=st.none() | st.integers(1, 60_00), more=again)
    def pay_out(self, shop: int, amount: int | None, more: int) -> None:
        row, known, key = one_of(self.cast.rows, shop), one_of(self.cast.shops, shop), self.key()

        def asked(extra: int) -> int | None:
            return amount and amount + extra

        self.twice(
            "payout",
            more,
            lambda extra: self.book.pay_out(known, asked(extra), key),
            lambda extra: pay_out(
                actor=row.owner,
                merchant_id=row.merchant.pk,
                key=key,
                amount_minor=asked(extra),
                happened_at=self.now,
            ),
        )

    @precondition(lambda self: self.book.under_way)
    @rule()
    def banks_answer(self) -> None:
        """The scans hand over what is ordered and book what the banks say; a second round finds nothing."""
        ended = self.book.banks_answer()
        withdrawals, payouts = move_withdrawals(), carry_payouts()
        assert withdrawals + payouts // 2 == ended, "a payout is first sent, then paid"
        assert [move_withdrawals(), carry_payouts()] == [0, 0]
        self.saw("banks answer")

    @precondition(lambda self: self.book.shares_due())
    @rule(limit=st.integers(1, 4))
    def share_out(self, limit: int) -> None:
        due = self.book.shares_due()
        assert share_out(limit=limit) == min(limit, len(due))
        shared = SplitShare.objects.filter(payment__in=map(UUID, due), state="shared")
        for payment in shared.values_list("payment", flat=True):
            self.book.share(str(payment))
        self.saw("share")
