"""A sale that was taxed provisionally, taxed anew: what the payer paid stays, only its parts change.

Promise: the corrected lines carry, line by line, just the gross that is left of the old ones, so that no
payer gets or owes a cent, and tax goes to or from the seller's net alone.
"""

from collections.abc import Sequence

from taxes.core.lines import PricedLine, TaxedLine, TaxedSale, work_out
from taxes.core.rates import Treatment


def correct(
    left: Sequence[TaxedLine], treatment: Treatment, *, category: str, policy: str
) -> tuple[TaxedLine, ...]:
    """What is left of a sale's lines, taxed by `treatment`; none for lines that went back whole.

    The price was agreed with tax in it, whatever the tax turns out to be. policy: as `work_out`.
    """
    return work_out(
        [
            PricedLine(
                line.description,
                category,
                line.gross_minor,
                treatment.taxes,
                treatment.zero_reason,
                line.quantity,
            )
            for line in left
            if line.gross_minor
        ],
        inclusive=True,
        policy=policy,
    ).lines


def same_terms(old: TaxedSale, new: TaxedSale) -> bool:
    """Whether both owe the same taxes, rate by rate, and give the same reasons for none."""
    return (old.totals, old.untaxed) == (new.totals, new.untaxed)
