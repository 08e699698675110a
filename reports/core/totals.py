"""What a period's rows add up to, and whether the ledger says the same.

Every row is seen from the merchant: what it gets is positive, what it gives (a fee, a refund) negative.
So, for one merchant, period and currency (L = movement of ledger accounts, credit positive):

    sum of net         =  L payable + L tips + L payouts
    sum of tip (kinds tip, refund_tip)  =  L tips           sum of fee (kinds fee, refund_fee)  = -L fees
    sum of split       = -L split_due               sum of payout (and payout_returned) = L payouts
    sum of tax_amount  =  L tax accounts, and per place, tax and rate = L of that one account

What a payout takes of recorded tax is part of L payouts, not of L tax: it leaves, it is not sold. Releases
and recalls (kinds tax_release, tax_remittance, recall) are no rows and not in L: they move a merchant's own
money from one of its accounts to another, or tax to its authority. A refund's own journal moves its tax
whatever was recalled for it, so tax in L is what was sold less what was given back, and nothing else.

Promise: an export whose rows do not add up to the ledger does not leave the house.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

TIP_KINDS = frozenset({"tip", "refund_tip"})
FEE_KINDS = frozenset({"fee", "refund_fee"})
REFUND_KINDS = frozenset({"refund", "refund_tip", "refund_fee"})
# What was sold, at which tax: a correction moves it from one rate to another.
TRADE_KINDS = frozenset({"sale", "refund", "correction"})
PAYOUT_KINDS = frozenset({"payout", "payout_returned"})
COLUMNS = ("net", "tax_amount", "gross", "tip", "fee", "split", "payout")
SELDOM = frozenset({"split", "payout"})

TaxKey = tuple[str, str, str, str]
ByCurrency = dict[str, int]


@dataclass(frozen=True, slots=True)
class Sum:
    """Rows of one kind, currency and tax, added up. place: "DE", "US-TX". rate: "19.0000", "" untaxed."""

    currency: str
    kind: str
    place: str
    tax: str
    rate: str
    zero_reason: str
    rows: int
    net_minor: int
    tax_minor: int

    @property
    def gross_minor(self) -> int:
        return self.net_minor + self.tax_minor


@dataclass(frozen=True, slots=True)
class Movement:
    """What one kind of ledger account moved. account: payable, tips, fees, split_due, payout, tax."""

    currency: str
    account: str
    amount_minor: int
    place: str = ""
    tax: str = ""
    rate: str = ""


@dataclass(frozen=True, slots=True)
class Totals:
    """columns: {"net": {"EUR": minor units}, …} for COLUMNS (SELDOM ones where any).

    taxes: {(currency, place, tax, rate): minor}."""

    rows: int
    columns: dict[str, ByCurrency]
    taxes: dict[TaxKey, int]


class ExportDoesNotFoot(Exception):
    """The rows and the ledger disagree: a broken invariant, never an expected no.

    differences: one line each, "fee EUR: rows -6, ledger -7".
    """

    def __init__(self, differences: list[str]) -> None:
        super().__init__("; ".join(differences))
        self.differences = differences


class Tally:
    """Adds up sums as they pass, per column and currency and per tax, and keeps none of them."""

    def __init__(self) -> None:
        self._columns: dict[str, Counter[str]] = {name: Counter() for name in COLUMNS}
        self._taxes: Counter[TaxKey] = Counter()
        self._rows = 0

    def add(self, part: Sum) -> None:
        columns = self._columns
        self._rows += part.rows
        columns["net"][part.currency] += part.net_minor
        columns["tax_amount"][part.currency] += part.tax_minor
        columns["gross"][part.currency] += part.gross_minor
        columns["tip"][part.currency] += part.net_minor if part.kind in TIP_KINDS else 0
        columns["fee"][part.currency] += part.net_minor if part.kind in FEE_KINDS else 0
        if part.kind == "split":
            columns["split"][part.currency] += part.net_minor
        if part.kind in PAYOUT_KINDS:
            columns["payout"][part.currency] += part.net_minor
        if part.tax:
            self._taxes[part.currency, part.place, part.tax, part.rate] += part.tax_minor

    def totals(self) -> Totals:
        told = {
            name: dict(sorted(found.items()))
            for name, found in self._columns.items()
            if found or name not in SELDOM
        }
        return Totals(self._rows, told, dict(self._taxes))


def total_up(sums: Iterable[Sum]) -> Totals:
    """Add up the rows' sums, per column and currency and per tax."""
    tally = Tally()
    for part in sums:
        tally.add(part)
    return tally.totals()


def check_foots(totals: Totals, movements: Iterable[Movement]) -> None:
    """Return quietly when rows and ledger agree to the minor unit; else raise ExportDoesNotFoot."""
    ledger: Counter[tuple[str, str]] = Counter()
    ledger_taxes: Counter[TaxKey] = Counter()
    for move in movements:
        ledger[move.account, move.currency] += move.amount_minor
        if move.account == "tax":
            ledger_taxes[move.currency, move.place, move.tax, move.rate] += move.amount_minor
    differences = [*_by_column(totals, ledger), *_by_tax(totals.taxes, ledger_taxes)]
    if differences:
        raise ExportDoesNotFoot(differences)


def _by_column(totals: Totals, ledger: Counter[tuple[str, str]]) -> Iterator[str]:
    currencies = {currency for _, currency in ledger} | set(totals.columns["net"])
    for currency in sorted(currencies):
        expected = {
            "net": ledger["payable", currency] + ledger["tips", currency] + ledger["payout", currency],
            "tax_amount": ledger["tax", currency],
            "tip": ledger["tips", currency],
            "fee": -ledger["fees", currency],
            "split": -ledger["split_due", currency],
            "payout": ledger["payout", currency],
        }
        for column, booked in expected.items():
            written = totals.columns.get(column, {}).get(currency, 0)
            if written != booked:
                yield f"{column} {currency}: rows {written}, ledger {booked}"


def _by_tax(rows: dict[TaxKey, int], ledger: Counter[TaxKey]) -> Iterator[str]:
    for key in sorted(rows.keys() | ledger.keys()):
        if rows.get(key, 0) != ledger[key]:
            yield f"tax {' '.join(key)}: rows {rows.get(key, 0)}, ledger {ledger[key]}"
