"""What an authority's figure may be, and the steps from all that was paid to the taxable turnover.

Pure, from receipts that were added up and have footed (`reports.core.answer`); minor units of one currency.
"""

from dataclasses import dataclass

from reports.core.answer import Tally

# Sales that no tax is about; the others without tax are part of a taxable turnover.
NOT_TAXABLE = ("exempt", "outside_scope")


@dataclass(frozen=True, slots=True)
class Provisional:
    """Sales corrected in another period than their own; the tax of what was left, before and after.

    earlier: sold before the period, corrected in it. later: sold in it, corrected after it. waiting: sold in
    it and not corrected yet.
    """

    earlier: int
    earlier_before_minor: int
    earlier_tax_minor: int
    later: int
    later_before_minor: int
    later_tax_minor: int
    waiting: int


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
    exempt = sum(tally.without_tax(reason) for reason in NOT_TAXABLE)
    net = sales.gross_minor + refunds.gross_minor - tally.tax_minor
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
        ("tax", -tally.tax_minor),
        *((reason, -tally.without_tax(reason)) for reason in NOT_TAXABLE),
    ]
    left = sales.total_minor
    found = [Step("paid", left, left)]
    for code, minor in off:
        left += minor
        found.append(Step(code, minor, left))
    return found
