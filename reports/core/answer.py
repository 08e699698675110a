"""An authority names a turnover: rebuild it from the receipts, split by tax.

Every receipt is read from its own canonical text. Sales are positive, refunds negative, a correction is what
it changes: how money is split, never how much. Minor units of one currency. Promise: the parts of each
receipt add up to its total, the receipts to the ledger, or nothing is answered (AnswerDoesNotFoot).
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from taxes.core.rates import ZERO_REASONS, place_of

Body = Mapping[str, Any]
RateKey = tuple[str, str, str]
# Why a line of a sale may be untaxed; a personal transfer is no sale and has no receipt.
REASONS = tuple(reason for reason in ZERO_REASONS if reason != "personal_transfer")
SALE, REFUND, CORRECTION = "sale", "refund", "correction"


class AnswerDoesNotFoot(Exception):
    """Receipts and ledger disagree, or a receipt is not what was written: never an expected no."""

    def __init__(self, differences: list[str]) -> None:
        super().__init__("; ".join(differences))
        self.differences = differences


@dataclass(frozen=True, slots=True)
class Slip:
    """One receipt, signed as its money went. taxes: of each tax, {(place, tax, rate): (net, tax)}."""

    number: int
    kind: str
    taxable_net_minor: int
    tax_minor: int
    untaxed: dict[str, int]
    gross_minor: int
    tip_minor: int
    total_minor: int
    taxes: dict[RateKey, tuple[int, int]]


def read_slip(body: Body) -> Slip:
    """What one receipt adds (body: as `payments.core.receipt`). Raises AnswerDoesNotFoot for wrong sums."""
    sign = -1 if body["kind"] == REFUND else 1
    untaxed: Counter[str] = Counter()
    for part in body["untaxed"]:
        untaxed[part["zero_reason"]] += sign * part["net_minor"]
    seller = body["seller"]
    place = place_of(seller["country"], seller["region"])
    taxes = {
        (place, part["tax"], part["rate"]): (sign * part["net_minor"], sign * part["tax_minor"])
        for part in body["taxes"]
    }
    slip = Slip(
        number=body["number"],
        kind=body["kind"],
        taxable_net_minor=sign * body["net_minor"] - sum(untaxed.values()),
        tax_minor=sign * body["tax_minor"],
        untaxed=dict(untaxed),
        gross_minor=sign * body["gross_minor"],
        tip_minor=sign * body["tip_minor"],
        total_minor=sign * body["total_minor"],
        taxes=taxes,
    )
    _check(slip)
    return slip


def changed_by(correction: Slip, before: Iterable[Slip]) -> Slip:
    """What a correction adds: it says what is left of the sale, so the sale and its refunds are taken off.

    before: the slips of the same payment up to the correction. Raises AnswerDoesNotFoot if money moved.
    """
    left = Side()
    for slip in before:
        left.add(slip, 0)
    taxes = {}
    for key in sorted(correction.taxes.keys() | left.taxes.keys()):
        net, tax = correction.taxes.get(key, (0, 0))
        taxes[key] = (net - left.nets[key], tax - left.taxes[key])
    reasons = sorted(correction.untaxed.keys() | left.untaxed.keys())
    changed = replace(
        correction,
        taxable_net_minor=correction.taxable_net_minor - left.taxable_net_minor,
        tax_minor=correction.tax_minor - left.tax_minor,
        untaxed={reason: correction.untaxed.get(reason, 0) - left.untaxed[reason] for reason in reasons},
        gross_minor=correction.gross_minor - left.gross_minor,
        total_minor=0,
        taxes={key: moved for key, moved in taxes.items() if any(moved)},
    )
    _check(changed)
    return changed


def _check(slip: Slip) -> None:
    whole = slip.taxable_net_minor + slip.tax_minor + sum(slip.untaxed.values())
    wrong = [
        name
        for name, left, right in (
            ("gross", whole, slip.gross_minor),
            ("total", slip.gross_minor + slip.tip_minor, slip.total_minor),
            ("tax", sum(tax for _, tax in slip.taxes.values()), slip.tax_minor),
        )
        if left != right
    ]
    if wrong or slip.untaxed.keys() - set(REASONS):
        raise AnswerDoesNotFoot([f"receipt {slip.number}: {', '.join(wrong) or 'reason unknown'}"])


@dataclass(slots=True)
class Side:
    """Receipts of one kind, added up; what they say, and the fee beside them."""

    receipts: int = 0
    taxable_net_minor: int = 0
    tax_minor: int = 0
    gross_minor: int = 0
    tip_minor: int = 0
    total_minor: int = 0
    fee_minor: int = 0
    untaxed: Counter[str] = field(default_factory=Counter)
    nets: Counter[RateKey] = field(default_factory=Counter)
    taxes: Counter[RateKey] = field(default_factory=Counter)

    def add(self, slip: Slip, fee_minor: int) -> None:
        self.receipts += 1
        self.taxable_net_minor += slip.taxable_net_minor
        self.tax_minor += slip.tax_minor
        self.gross_minor += slip.gross_minor
        self.tip_minor += slip.tip_minor
        self.total_minor += slip.total_minor
        self.fee_minor += fee_minor
        for reason, minor in slip.untaxed.items():
            self.untaxed[reason] += minor
        for key, (net, tax) in slip.taxes.items():
            self.nets[key] += net
            self.taxes[key] += tax


@dataclass(slots=True)
class Tally:
    """All receipts of a period and currency. Fees: taken of a sale (negative), given back (positive)."""

    sales: Side = field(default_factory=Side)
    refunds: Side = field(default_factory=Side)
    corrections: Side = field(default_factory=Side)
    first: int = 0
    last: int = 0

    @property
    def sides(self) -> dict[str, Side]:
        return {SALE: self.sales, REFUND: self.refunds, CORRECTION: self.corrections}

    def add(self, slip: Slip, fee_minor: int) -> None:
        self.sides[slip.kind].add(slip, fee_minor)
        self.first, self.last = self.first or slip.number, slip.number

    @property
    def receipts(self) -> int:
        return sum(side.receipts for side in self.sides.values())

    @property
    def tax_minor(self) -> int:
        return sum(side.tax_minor for side in self.sides.values())

    def without_tax(self, reason: str) -> int:
        return sum(side.untaxed[reason] for side in self.sides.values())


@dataclass(frozen=True, slots=True)
class Booked:
    """What the ledger moved for a merchant in one kind of journal, one account and one currency.

    kind: "sale", "refund" or "correction". account: "tips", "tax", "tax_claim", "fees", or another. key: of a
    tax account.
    """

    kind: str
    account: str
    amount_minor: int
    key: RateKey = ("", "", "")


def check_foots(tally: Tally, booked: Iterable[Booked], journals: Mapping[str, int]) -> None:
    """Return quietly when receipts and ledger agree to the minor unit; else raise AnswerDoesNotFoot.

    journals: how many of each kind the ledger has.
    """
    rows = list(booked)
    differences: list[str] = []
    for kind, side in tally.sides.items():
        mine = [row for row in rows if row.kind == kind]
        pairs = [
            ("receipts", side.receipts, journals.get(kind, 0)),
            ("total", side.total_minor, sum(row.amount_minor for row in mine)),
            ("tips", side.tip_minor, _moved(mine, "tips")),
            ("fee", -side.fee_minor, _moved(mine, "fees")),
            ("tax", side.tax_minor, _moved(mine, "tax") + _moved(mine, "tax_claim")),
        ]
        differences += [
            f"{kind} {name}: receipts {said}, ledger {held}" for name, said, held in pairs if said != held
        ]
        differences += _by_rate(kind, side, mine)
    if differences:
        raise AnswerDoesNotFoot(differences)


def _by_rate(kind: str, side: Side, rows: list[Booked]) -> Iterator[str]:
    """Per tax account; a place where a claim moved has taken a part of its tax there."""
    ledger: Counter[RateKey] = Counter()
    claimed = {row.key[0] for row in rows if row.account == "tax_claim"}
    for row in rows:
        if row.account == "tax":
            ledger[row.key] += row.amount_minor
    for key in sorted(side.taxes.keys() | ledger.keys()):
        if side.taxes[key] != ledger[key] and key[0] not in claimed:
            yield f"{kind} tax {' '.join(key)}: receipts {side.taxes[key]}, ledger {ledger[key]}"


def _moved(rows: Iterable[Booked], account: str) -> int:
    return sum(row.amount_minor for row in rows if row.account == account)
