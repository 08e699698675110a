"""Refunds at the original terms: a part of what was printed, never worked out anew.

Promise: every refund keeps the share of each rate, no net or tax of any line ever goes below what is left of
it, and refunds of any amounts in any order add up to the sale exactly. Amounts here are positive; who posts
them gives the sign. Nothing asks for a rate table: the old rates are in the old lines.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from base.core.errors import Refused
from taxes.core.lines import TaxedLine, TaxedSale, total_up
from wallets.core.money import split_by_weights

Terms = tuple[tuple[tuple[str, Decimal], ...], str]


def left_of(lines: Sequence[TaxedLine], refunds: Iterable[Sequence[TaxedLine]]) -> tuple[TaxedLine, ...]:
    """What is left of each line after earlier refunds, position by position. Going below zero is a bug."""
    left = tuple(lines)
    for refund in refunds:
        left = tuple(_less(line, gone) for line, gone in zip(left, refund, strict=True))
    return left


def refund_lines(
    left: Sequence[TaxedLine], amount_minor: int, *, only: Collection[int] | None = None
) -> tuple[TaxedLine, ...]:
    """The lines of a refund of `amount_minor` (gross), out of what is `left`; same positions, zeros included.

    The amount is shared over the rates by what is left under each, within a rate into its taxes and net (a
    half goes to the tax), and each of those over the lines. `only` names the positions that may be refunded.
    Refused: amount_invalid (not above zero), refund_too_large (409; fact `left_minor`).
    """
    if amount_minor <= 0:
        raise Refused("amount_invalid", "A refund is more than zero.")
    chosen = [i for i in range(len(left)) if only is None or i in only]
    left_minor = sum(left[i].gross_minor for i in chosen)
    if amount_minor > left_minor:
        message = "This is more than is left to refund."
        raise Refused("refund_too_large", message, status=409, left_minor=left_minor)
    groups = _by_terms(left, chosen)
    weights = [sum(left[i].gross_minor for i in positions) for positions in groups]
    refunded = [_scaled(line, [0] * len(line.taxes), 0) for line in left]
    for positions, share in zip(groups, split_by_weights(amount_minor, weights), strict=True):
        for i, line in zip(positions, _share_of([left[i] for i in positions], share), strict=True):
            refunded[i] = line
    return tuple(refunded)


def refund_each(left: Sequence[TaxedLine], amounts: Mapping[int, int]) -> tuple[TaxedLine, ...]:
    """The lines of a refund of so much (gross) of each position, out of what is `left`; zeros elsewhere.

    Each amount is shared over that line's own taxes and net. Refused: amount_invalid (nothing, or one not
    above zero), refund_too_large (409; facts `position` and `left_minor`).
    """
    if not amounts or min(amounts.values()) <= 0:
        raise Refused("amount_invalid", "A refund is more than zero.")
    refunded = [_scaled(line, [0] * len(line.taxes), 0) for line in left]
    for i, amount_minor in amounts.items():
        if amount_minor > left[i].gross_minor:
            raise Refused(
                "refund_too_large",
                f"This is more than is left to refund of “{left[i].description}”.",
                status=409,
                position=i,
                left_minor=left[i].gross_minor,
            )
        (refunded[i],) = _share_of([left[i]], amount_minor)
    return tuple(refunded)


def refund_of(
    sale: TaxedSale, already: Sequence[TaxedSale], amount_minor: int, *, only: Collection[int] | None = None
) -> TaxedSale:
    """The next refund of a sale, given those before it. Refused as `refund_lines`."""
    left = left_of(sale.lines, [refund.lines for refund in already])
    return total_up(refund_lines(left, amount_minor, only=only))


def _by_terms(left: Sequence[TaxedLine], chosen: Sequence[int]) -> list[list[int]]:
    groups: dict[Terms, list[int]] = {}
    for i in chosen:
        groups.setdefault(_terms(left[i]), []).append(i)
    return list(groups.values())


def _terms(line: TaxedLine) -> Terms:
    return tuple((tax.tax, tax.rate) for tax in line.taxes), line.zero_reason


def _share_of(lines: Sequence[TaxedLine], amount_minor: int) -> list[TaxedLine]:
    """`amount_minor` out of lines of the same terms: first into taxes and net, then over the lines."""
    columns = [[line.taxes[k].amount_minor for line in lines] for k in range(len(lines[0].taxes))]
    columns.append([line.net_minor for line in lines])
    parts = split_by_weights(amount_minor, [sum(column) for column in columns])
    *taxes, net = [split_by_weights(part, column) for part, column in zip(parts, columns, strict=True)]
    return [_scaled(line, [tax[i] for tax in taxes], net[i]) for i, line in enumerate(lines)]


def _less(line: TaxedLine, gone: TaxedLine) -> TaxedLine:
    assert _terms(line) == _terms(gone), "a refund of another sale"
    taxes = [tax.amount_minor - minus.amount_minor for tax, minus in zip(line.taxes, gone.taxes, strict=True)]
    net = line.net_minor - gone.net_minor
    assert min([net, *taxes]) >= 0, "refunded more than was sold"
    return _scaled(line, taxes, net)


def _scaled(line: TaxedLine, amounts: Sequence[int], net_minor: int) -> TaxedLine:
    pairs = zip(line.taxes, amounts, strict=True)
    taxes = tuple(replace(tax, amount_minor=amount) for tax, amount in pairs)
    return replace(line, net_minor=net_minor, gross_minor=net_minor + sum(amounts), taxes=taxes)
