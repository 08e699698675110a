"""The lines of a sale as rows of text: one way of saying it for the pay page, the receipt and the PDF.

Where prices include tax, a line shows what the customer pays and the tax is named below the total; where they
do not, a line shows its price and the tax comes before the total.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from taxes.core.lines import TaxedLine, TaxedSale
from taxes.core.rates import ZERO_REASONS, rate_label
from wallets.core.money_text import display


@dataclass(frozen=True, slots=True)
class Row:
    """One row: text at the left, a formatted amount at the right. kind: "", "tax" or "total"."""

    text: str
    amount: str
    kind: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class RateRow:
    """One rate of a sale: its name, what it was worked out on, and the tax; amounts formatted."""

    name: str
    net: str
    tax: str
    note: str = ""


def rate_rows(sale: TaxedSale, *, currency: str, locale: str = "en") -> list[RateRow]:
    """The sale by rate, then what has no tax and why not."""

    def money(minor: int) -> str:
        return display(minor, currency, locale)

    return [
        RateRow(_tax(each.tax, each.rate), money(each.net_minor), money(each.amount_minor))
        for each in sale.totals
    ] + [
        RateRow("no tax", money(each.net_minor), money(0), ZERO_REASONS.get(each.zero_reason, ""))
        for each in sale.untaxed
    ]


def sale_rows(
    sale: TaxedSale,
    *,
    tip_minor: int,
    inclusive: bool,
    currency: str,
    locale: str = "en",
    pieces: bool = True,
) -> list[Row]:
    """All rows of a sale; amounts come in minor units and leave as text in the manner of `locale`.

    pieces: say what one piece costs; not for a refund, which may be a part of the price.
    """

    def money(minor: int) -> str:
        return display(minor, currency, locale)

    def piece(line: TaxedLine) -> str:
        """What one costs, where that is whole: a discount may leave a part of a cent."""
        price, left = divmod(_price(line, inclusive), line.quantity)
        return f"{money(price)} each" if pieces and line.quantity > 1 and not left else ""

    several = len({_treatment(line) for line in sale.lines}) > 1
    rows = [
        Row(
            f"{line.quantity} × {line.description}" if line.quantity > 1 else line.description,
            money(_price(line, inclusive)),
            note=" · ".join(part for part in (piece(line), _treatment(line) if several else "") if part),
        )
        for line in sale.lines
    ]
    tip = [Row("Tip", money(tip_minor))] if tip_minor else []
    total = [Row(f"Total {currency}", money(sale.gross_minor + tip_minor), "total")]
    taxes = [
        Row(f"{'includes ' if inclusive else ''}{_tax(each.tax, each.rate)} on {money(each.net_minor)}",
            money(each.amount_minor), "tax")
        for each in sale.totals
    ] + [
        Row(f"no tax on {money(each.net_minor)}", money(0), "tax", ZERO_REASONS.get(each.zero_reason, ""))
        for each in sale.untaxed
    ]  # fmt: skip
    return [*rows, *tip, *total, *taxes] if inclusive else [*rows, *taxes, *tip, *total]


def _price(line: TaxedLine, inclusive: bool) -> int:
    return line.gross_minor if inclusive else line.net_minor


def _treatment(line: TaxedLine) -> str:
    if line.zero_reason:
        return ZERO_REASONS.get(line.zero_reason, line.zero_reason)
    return ", ".join(_names((each.tax, each.rate) for each in line.taxes))


def _names(taxes: Iterable[tuple[str, Decimal]]) -> Iterator[str]:
    return (_tax(tax, rate) for tax, rate in taxes)


def _tax(tax: str, rate: Decimal) -> str:
    return f"{tax} {rate_label(rate)}"
