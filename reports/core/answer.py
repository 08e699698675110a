"""An authority names a turnover: rebuild it from the receipts, split it, and say what it may be.

Every receipt is read from its own canonical text. Sales are positive, refunds negative; all in minor units of
one currency. Promise: the parts of each receipt add up to its total, the receipts add up to the ledger, and
where they do not nothing is answered (AnswerDoesNotFoot).
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from taxes.core.rates import ZERO_REASONS, place_of

Body = Mapping[str, Any]
RateKey = tuple[str, str, str]
# Why a line of a sale may be untaxed; a personal transfer is no sale and has no receipt.
REASONS = tuple(reason for reason in ZERO_REASONS if reason != "personal_transfer")
# Sales that no tax is about; the others without tax are part of a taxable turnover.
NOT_TAXABLE = ("exempt", "outside_scope")
SALE, REFUND = "sale", "refund"


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
    first: int = 0
    last: int = 0

    def add(self, slip: Slip, fee_minor: int) -> None:
        (self.refunds if slip.kind == REFUND else self.sales).add(slip, fee_minor)
        self.first, self.last = self.first or slip.number, slip.number

    @property
    def receipts(self) -> int:
        return self.sales.receipts + self.refunds.receipts


@dataclass(frozen=True, slots=True)
class Booked:
    """What the ledger moved for a merchant in one kind of journal, one account and one currency.

    kind: "sale" or "refund". account: "tips", "tax", "tax_claim", "fees", or another. key: of a tax account.
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
    for kind, side in ((SALE, tally.sales), (REFUND, tally.refunds)):
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


@dataclass(frozen=True, slots=True)
class Personal:
    """What came to and went from the asker's own wallet, person to person; no business of the shop."""

    received: int
    received_minor: int
    sent: int
    sent_minor: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """One figure that may be meant. difference_minor: the authority's figure less this one."""

    code: str
    amount_minor: int
    difference_minor: int
    nearest: bool


@dataclass(frozen=True, slots=True)
class Step:
    """One step from what was paid to the taxable turnover: what is taken off, and what is left."""

    code: str
    minor: int
    left_minor: int


def candidates(
    tally: Tally, figure_minor: int, paid_out_minor: int, personal: Personal | None
) -> list[Candidate]:
    """The figures that may be meant, in a fixed order; the nearest is marked, the first of equals."""
    sales, refunds = tally.sales, tally.refunds
    exempt = sum(side.untaxed[reason] for side in (sales, refunds) for reason in NOT_TAXABLE)
    net = sales.gross_minor + refunds.gross_minor - sales.tax_minor - refunds.tax_minor
    amounts = {
        "paid": sales.total_minor,
        "sales": sales.gross_minor,
        "after_refunds": sales.gross_minor + refunds.gross_minor,
        "net": net,
        "taxable_net": net - exempt,
        "credited": sales.total_minor + refunds.total_minor + sales.fee_minor + refunds.fee_minor,
        "paid_out": paid_out_minor,
    }
    if personal is not None:
        amounts["paid_and_personal"] = sales.total_minor + personal.received_minor
    best = min(abs(figure_minor - minor) for minor in amounts.values())
    found: list[Candidate] = []
    for code, minor in amounts.items():
        nearest = abs(figure_minor - minor) == best and not any(one.nearest for one in found)
        found.append(Candidate(code, minor, figure_minor - minor, nearest))
    return found


def steps(tally: Tally) -> list[Step]:
    """From all that was paid down to the taxable turnover without tax; the last step leaves `taxable_net`."""
    sales, refunds = tally.sales, tally.refunds
    off = [
        ("tips", -sales.tip_minor),
        ("refunds", refunds.gross_minor),
        ("tax", -(sales.tax_minor + refunds.tax_minor)),
        *((reason, -(sales.untaxed[reason] + refunds.untaxed[reason])) for reason in NOT_TAXABLE),
    ]
    left = sales.total_minor
    found = [Step("paid", left, left)]
    for code, minor in off:
        left += minor
        found.append(Step(code, minor, left))
    return found
