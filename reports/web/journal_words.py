"""The ledger's pages in words: what a kind of journal is, which side a balance stands on.

No figure is made anew here.
"""

from dataclasses import dataclass
from typing import Any

from reports.core.accounts import AccountKey
from reports.queries.accounts import AccountFigures, Moved
from reports.queries.general_ledger import AccountBook, JournalBook
from reports.queries.trial_balance import TrialBalance

SOLD = ("sale", "refund")
# Two words for each kind: the journal, and the other side of it.
KINDS = {
    "sale": ("Sale", "Paid by customers"),
    "refund": ("Refund", "Given back to customers"),
    "share": ("Partner’s part", "Partners’ side of shared sales"),
    "payout": ("Payout", "Sent to the bank"),
    "payout_returned": ("Payout returned", "Come back from the bank"),
}


@dataclass(frozen=True, slots=True)
class Sides:
    """An amount on its side, minor units: debit or credit, the other None."""

    debit: int | None
    credit: int | None


@dataclass(frozen=True, slots=True)
class TrialRow:
    """One account, or the other side of one kind of journal (then without an account and balances)."""

    label: str
    account: AccountKey | None
    opening: Sides
    debit_minor: int
    credit_minor: int
    closing: Sides


@dataclass(frozen=True, slots=True)
class TrialSheet:
    """One currency's trial balance. own: the totals of the client's accounts; all: with the other side."""

    currency: str
    rows: list[TrialRow]
    own: TrialRow
    others: list[TrialRow]
    all: TrialRow
    is_zero: bool


def kind_label(kind: str) -> str:
    return KINDS.get(kind, (_plain(kind), ""))[0]


def other_label(kind: str) -> str:
    return KINDS.get(kind, ("", _plain(kind)))[1]


def sides(amount_minor: int) -> Sides:
    """Credit is positive in the ledger; zero stands on no side."""
    if amount_minor == 0:
        return Sides(None, None)
    return Sides(-amount_minor, None) if amount_minor < 0 else Sides(None, amount_minor)


def trial_sheet(balance: TrialBalance) -> TrialSheet:
    """Rows and sums for the page. Accounts that never held anything up to the period's end are left out."""
    shown = [each for each in balance.accounts if each.entries or each.opening_minor or each.closing_minor]
    own_debit = sum(each.debit_minor for each in balance.accounts)
    own_credit = sum(each.credit_minor for each in balance.accounts)
    opening, closing = balance.opening_minor, balance.closing_minor
    return TrialSheet(
        currency=balance.currency,
        rows=[_account_row(each) for each in shown],
        own=TrialRow("", None, sides(opening), own_debit, own_credit, sides(closing)),
        others=[_other_row(each) for each in balance.others],
        all=TrialRow("", None, sides(0), balance.debit_minor, balance.credit_minor, sides(0)),
        is_zero=balance.is_zero,
    )


def account_sheet(book: AccountBook) -> dict[str, Any]:
    """What an account's page shows."""
    name = book.figures.account.name
    return {
        "account": name,
        "currency": name.currency,
        "figures": book.figures,
        "opening": sides(book.figures.opening_minor),
        "closing": sides(book.figures.closing_minor),
        "moved": [(kind_label(part.kind), part) for part in book.figures.moved],
        "by_kind": {part.kind: part for part in book.figures.moved},
        "remains_minor": sum(part.amount_minor for part in book.figures.moved if part.kind in SOLD),
        "lines": [(kind_label(line.kind), line, sides(line.amount_minor)) for line in book.lines.rows],
        "page": book.lines,
        "accounts": book.accounts,
        "currencies": sorted({each.currency for each in book.accounts if each.kind == name.kind}),
    }


def journal_sheet(book: JournalBook, *, sees_payouts: bool) -> dict[str, Any]:
    """What a journal's page shows; the payout's own page only to those who may open it."""
    line = book.line
    return {
        "book": book,
        "line": line,
        "what": kind_label(line.kind),
        "entries": [(name, name.currency, sides(amount)) for name, amount in book.entries],
        "others": [(other_label(line.kind), currency, sides(amount)) for currency, amount in book.others],
        "payout": line.payout if sees_payouts else None,
    }


def _account_row(each: AccountFigures) -> TrialRow:
    return TrialRow(
        each.account.name.label,
        each.account.name,
        sides(each.opening_minor),
        each.debit_minor,
        each.credit_minor,
        sides(each.closing_minor),
    )


def _other_row(part: Moved) -> TrialRow:
    label = other_label(part.kind)
    return TrialRow(label, None, sides(0), part.debit_minor, part.credit_minor, sides(0))


def _plain(kind: str) -> str:
    return kind.replace("_", " ").capitalize()
