"""The trial balance of one client and period: every account, and the other side that makes the sum zero.

Takes a merchant that `client_for` gave. Promise: what does not add up to zero is said, never hidden.
"""

from dataclasses import dataclass

from merchants.models import Merchant
from reports.core.periods import Period
from reports.queries.accounts import AccountFigures, Moved, accounts_of, figures_of, others_of
from reports.queries.snapshot import snapshot


@dataclass(frozen=True, slots=True)
class TrialBalance:
    """One currency. accounts: the client's. others: the rest of their journals, by kind, never by whose."""

    currency: str
    accounts: tuple[AccountFigures, ...]
    others: tuple[Moved, ...]

    @property
    def debit_minor(self) -> int:
        return sum(a.debit_minor for a in self.accounts) + sum(o.debit_minor for o in self.others)

    @property
    def credit_minor(self) -> int:
        return sum(a.credit_minor for a in self.accounts) + sum(o.credit_minor for o in self.others)

    @property
    def opening_minor(self) -> int:
        """Of the client's accounts; the other side's is the same with the other sign."""
        return sum(part.opening_minor for part in self.accounts)

    @property
    def closing_minor(self) -> int:
        return sum(part.closing_minor for part in self.accounts)

    @property
    def is_zero(self) -> bool:
        return self.debit_minor == self.credit_minor


def trial_balance(merchant: Merchant, period: Period) -> list[TrialBalance]:
    """One for each currency in which the client has an account; three statements in one snapshot."""
    with snapshot() as cursor:
        accounts = accounts_of(cursor, merchant.pk)
        figures = figures_of(cursor, merchant.pk, accounts, period)
        others = others_of(cursor, merchant.pk, accounts, period)
    return [
        TrialBalance(
            currency,
            tuple(each for each in figures if each.account.name.currency == currency),
            tuple(moved for code, moved in others if code == currency),
        )
        for currency in dict.fromkeys(account.name.currency for account in accounts)
    ]
