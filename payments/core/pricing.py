"""From what was asked for to a taxed sale, and back from stored lines.

An amount that a payer typed is always the total to pay: tax is taken out of it, whatever the shop's
catalogue does. Lines of an order are as priced: gross or net, by the shop's tax profile.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any

from taxes.core.lines import PricedLine, TaxAmount, TaxedLine, TaxedSale, work_out
from taxes.core.rates import Treatment

TIP = "tip"
TIP_REASON = "outside_scope"


@dataclass(frozen=True, slots=True)
class StoredPart:
    """One row of a stored sale line: one tax of it. Parts after the first of a line carry net 0."""

    line: int
    part: int
    description: str
    category: str
    quantity: int
    tax: str
    rate: Decimal
    zero_reason: str
    net_minor: int
    tax_minor: int


def price_open(amount_minor: int, label: str, category: str, treatment: Treatment, policy: str) -> TaxedSale:
    """The sale of an open code: one line, the typed amount as its gross."""
    line = PricedLine(label, category, amount_minor, treatment.taxes, treatment.zero_reason)
    return work_out([line], inclusive=True, policy=policy)


def price_lines(
    lines: Sequence[Mapping[str, Any]], treatments: Mapping[str, Treatment], *, inclusive: bool, policy: str
) -> TaxedSale:
    """The sale of an order: lines {"description", "category", "amount_minor", "quantity"?}."""
    priced = [
        PricedLine(
            line["description"],
            line["category"],
            line["amount_minor"],
            treatments[line["category"]].taxes,
            treatments[line["category"]].zero_reason,
            line.get("quantity", 1),
        )
        for line in lines
    ]
    return work_out(priced, inclusive=inclusive, policy=policy)


def parts_of(lines: Sequence[TaxedLine]) -> list[StoredPart]:
    """How taxed lines are stored: one part a tax, one part for a line without."""
    parts = []
    for number, line in enumerate(lines, start=1):
        taxes = line.taxes or (TaxAmount("", Decimal(0), 0),)
        for part, tax in enumerate(taxes, start=1):
            net = line.net_minor if part == 1 else 0
            parts.append(
                StoredPart(
                    number,
                    part,
                    line.description,
                    line.category,
                    line.quantity,
                    tax.tax,
                    tax.rate,
                    line.zero_reason,
                    net,
                    tax.amount_minor,
                )
            )
    return parts


def lines_of(parts: Iterable[StoredPart]) -> tuple[TaxedLine, ...]:
    """Taxed lines from stored parts, which come in order of line and part."""
    lines = []
    for _, group in groupby(parts, key=lambda part: part.line):
        rows = list(group)
        taxes = tuple(TaxAmount(row.tax, row.rate, row.tax_minor) for row in rows if row.tax)
        net = sum(row.net_minor for row in rows)
        lines.append(
            TaxedLine(
                rows[0].description,
                rows[0].category,
                net,
                net + sum(tax.amount_minor for tax in taxes),
                taxes,
                rows[0].zero_reason,
                rows[0].quantity,
            )
        )
    return tuple(lines)


def tip_line(tip_minor: int) -> TaxedLine:
    """A tip as a line, so that a refund shares it like the rest. Outside the scope of tax."""
    return TaxedLine("Tip", TIP, tip_minor, tip_minor, (), TIP_REASON)
