"""What a sale owes: priced lines in, taxed lines and totals out.

Promise: net + tax = gross in every line, every total and the sale, whatever the rates, the exponent, the way
of pricing and the policy; and a line without tax says why. Amounts are minor units of one currency, ≥ 0.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from base.core.errors import Refused
from taxes.core.rates import TaxRate, check_treatment
from taxes.core.rounding import add_on, extract, factors
from wallets.core.money import round_half_up, split_by_weights

PER_LINE = "per_line"
PER_RATE_TOTAL = "per_rate_total"
POLICIES = (PER_LINE, PER_RATE_TOTAL)

TaxSet = tuple[TaxRate, ...]


@dataclass(frozen=True, slots=True)
class PricedLine:
    """A line as priced: `amount_minor` for all its pieces, gross when prices include tax, net when not."""

    description: str
    category: str
    amount_minor: int
    taxes: TaxSet = ()
    zero_reason: str = ""
    quantity: int = 1


@dataclass(frozen=True, slots=True)
class TaxAmount:
    """One tax of a line: name, rate in percent, amount in minor units (rounding may leave 0)."""

    tax: str
    rate: Decimal
    amount_minor: int


@dataclass(frozen=True, slots=True)
class TaxedLine:
    """A line as owed and printed; a bug that breaks net + tax = gross cannot be built."""

    description: str
    category: str
    net_minor: int
    gross_minor: int
    taxes: tuple[TaxAmount, ...] = ()
    zero_reason: str = ""
    quantity: int = 1

    def __post_init__(self) -> None:
        assert self.net_minor + self.tax_minor == self.gross_minor, "net + tax = gross"
        assert bool(self.taxes) != bool(self.zero_reason), "taxes, or a reason for none"

    @property
    def tax_minor(self) -> int:
        return sum(tax.amount_minor for tax in self.taxes)


@dataclass(frozen=True, slots=True)
class RateTotal:
    """One tax at one rate over the sale: the turnover before tax, and the tax."""

    tax: str
    rate: Decimal
    net_minor: int
    amount_minor: int


@dataclass(frozen=True, slots=True)
class UntaxedTotal:
    """The turnover of the sale that carries no tax, by reason."""

    zero_reason: str
    net_minor: int


@dataclass(frozen=True, slots=True)
class TaxedSale:
    """Lines in the order given, totals sorted by tax and rate, sums.

    `rounding_minor` states how far the printed tax is from one rounding per rate of the printed bases
    (EN 16931 BR-CO-17; its amount is BT-114). It explains, and is part of no sum.
    """

    lines: tuple[TaxedLine, ...]
    totals: tuple[RateTotal, ...]
    untaxed: tuple[UntaxedTotal, ...]
    net_minor: int
    tax_minor: int
    gross_minor: int
    rounding_minor: int = 0


def work_out(lines: Sequence[PricedLine], *, inclusive: bool, policy: str) -> TaxedSale:
    """Tax a sale. `per_line` rounds each line; `per_rate_total` rounds once for each set of taxes.

    Refused: tax_missing (neither taxes nor a reason), tax_contradiction (both), amount_invalid (below zero).
    """
    assert policy in POLICIES, policy
    for line in lines:
        check_treatment(line.taxes, line.zero_reason)
        if line.amount_minor < 0:
            raise Refused("amount_invalid", "The price of a line is never below zero.")
    amounts = _rounded_by_line(lines, inclusive) if policy == PER_LINE else _rounded_by_set(lines, inclusive)
    taxed = [_taxed(line, found, inclusive) for line, found in zip(lines, amounts, strict=True)]
    return total_up(taxed, rounding_minor=_rounding(lines, taxed))


def total_up(lines: Iterable[TaxedLine], *, rounding_minor: int = 0) -> TaxedSale:
    """Foot taxed lines, new or stored, into a sale."""
    kept = tuple(lines)
    return TaxedSale(
        lines=kept,
        totals=_rate_totals(kept),
        untaxed=_untaxed_totals(kept),
        net_minor=sum(line.net_minor for line in kept),
        tax_minor=sum(line.tax_minor for line in kept),
        gross_minor=sum(line.gross_minor for line in kept),
        rounding_minor=rounding_minor,
    )


def spread_discount(amounts: Sequence[int], discount_minor: int) -> list[int]:
    """The amounts left after a discount on the whole sale, spread in proportion before tax is worked out.

    Refused: amount_invalid (a negative discount), discount_too_large (more than the amounts together).
    """
    if discount_minor < 0:
        raise Refused("amount_invalid", "A discount is never below zero.")
    if discount_minor > sum(amounts):
        raise Refused("discount_too_large", "The discount is larger than the sale.")
    shares = split_by_weights(discount_minor, amounts)
    return [amount - share for amount, share in zip(amounts, shares, strict=True)]


def _rounded_by_line(lines: Sequence[PricedLine], inclusive: bool) -> list[list[int]]:
    cut = extract if inclusive else add_on
    return [cut(line.amount_minor, line.taxes) for line in lines]


def _rounded_by_set(lines: Sequence[PricedLine], inclusive: bool) -> list[list[int]]:
    """One rounding for each set of taxes, then each tax shared over its lines, so that both ways foot."""
    cut = extract if inclusive else add_on
    found: list[list[int]] = [[] for _ in lines]
    for taxes, positions in _by_tax_set(lines).items():
        weights = [lines[i].amount_minor for i in positions]
        for amount in cut(sum(weights), taxes):
            for i, part in zip(positions, split_by_weights(amount, weights), strict=True):
                found[i].append(part)
    return found


def _by_tax_set(lines: Sequence[PricedLine]) -> Mapping[TaxSet, list[int]]:
    sets: dict[TaxSet, list[int]] = {}
    for i, line in enumerate(lines):
        if line.taxes:
            sets.setdefault(line.taxes, []).append(i)
    return sets


def _taxed(line: PricedLine, amounts: Sequence[int], inclusive: bool) -> TaxedLine:
    tax = sum(amounts)
    return TaxedLine(
        description=line.description,
        category=line.category,
        net_minor=line.amount_minor - tax if inclusive else line.amount_minor,
        gross_minor=line.amount_minor if inclusive else line.amount_minor + tax,
        taxes=tuple(TaxAmount(t.tax, t.rate, amount) for t, amount in zip(line.taxes, amounts, strict=True)),
        zero_reason=line.zero_reason,
        quantity=line.quantity,
    )


def _rounding(lines: Sequence[PricedLine], taxed: Sequence[TaxedLine]) -> int:
    difference = 0
    for taxes, positions in _by_tax_set(lines).items():
        net = sum(taxed[i].net_minor for i in positions)
        once = (net * factor for factor in factors(taxes))
        difference += sum(taxed[i].tax_minor for i in positions) - sum(_half_up(amount) for amount in once)
    return difference


def _half_up(amount: Fraction) -> int:
    return round_half_up(amount.numerator, amount.denominator)


def _rate_totals(lines: Sequence[TaxedLine]) -> tuple[RateTotal, ...]:
    sums: dict[tuple[str, Decimal], list[int]] = {}
    for line in lines:
        for tax in line.taxes:
            total = sums.setdefault((tax.tax, tax.rate), [0, 0])
            total[0] += line.net_minor
            total[1] += tax.amount_minor
    return tuple(RateTotal(tax, rate, *sums[tax, rate]) for tax, rate in sorted(sums))


def _untaxed_totals(lines: Sequence[TaxedLine]) -> tuple[UntaxedTotal, ...]:
    sums: dict[str, int] = {}
    for line in lines:
        if line.zero_reason:
            sums[line.zero_reason] = sums.get(line.zero_reason, 0) + line.net_minor
    return tuple(UntaxedTotal(reason, sums[reason]) for reason in sorted(sums))
