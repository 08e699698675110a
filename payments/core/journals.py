"""The journals of a sale and of its refund (docs/LEDGER.md), built pure.

Credit is positive. The legs of a journal add up to zero because what the payer gives is, to the
cent, net + tax + tip, and the net is split into what the merchant gets and our fee. Where the payer gives
another currency, our two positions of exchange stand between: each currency adds up to zero by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from taxes.core.lines import RateTotal, TaxedSale
from taxes.core.rates import rate_code
from wallets.core import chart
from wallets.core.chart import AccountName
from wallets.core.ledger import Draft, Leg, legs


@dataclass(frozen=True, slots=True)
class Exchanged:
    """The payer's side in another currency; positive minor units.

    cost_minor: what payer_minor stands for in the shop's currency. Of a sale that is its total; of a refund
    it may differ, and the difference is what exchange has earned or cost us.
    """

    currency: str
    payer_minor: int
    cost_minor: int


@dataclass(frozen=True, slots=True)
class Parts:
    """What a sale or a refund is made of; all positive, minor units of one currency.

    place: jurisdiction of the tax, e.g. "DE" or "US-TX". net_minor is before the fee.
    """

    payment: UUID
    merchant: UUID
    wallet: UUID
    currency: str
    place: str
    net_minor: int
    taxes: Sequence[RateTotal]
    tip_minor: int
    fee_minor: int
    # Partners' parts of net - fee, set aside by the sale. A refund has none: it is the seller's (ADR 14).
    shares_minor: int = 0
    # Where the payer's wallet is of another currency than `currency`.
    exchange: Exchanged | None = None

    @property
    def total_minor(self) -> int:
        return self.net_minor + sum(tax.amount_minor for tax in self.taxes) + self.tip_minor


def sale_legs(parts: Parts) -> tuple[Leg, ...]:
    """The entries of the sale's journal: promised with the payer's hold, written when it is settled."""
    return _legs(parts, sign=1)


def refund(parts: Parts, *, refund: UUID, journal: UUID, happened_at: datetime, receipt: bytes) -> Draft:
    """The refund's journal: the same accounts the other way round, for the part that goes back."""
    return Draft(
        id=journal,
        reference=f"refund:{refund}",
        kind="refund",
        happened_at=happened_at,
        shard_key=parts.merchant,
        legs=_legs(parts, sign=-1),
        document_sha256=receipt,
    )


def correction(
    old: TaxedSale,
    new: TaxedSale,
    *,
    correction: UUID,
    journal: UUID,
    merchant: UUID,
    currency: str,
    place: str,
    happened_at: datetime,
    receipt: bytes,
) -> Draft:
    """Tax between the tax accounts and what we owe the shop; the gross, which the payer paid, stays."""
    assert old.gross_minor == new.gross_minor, "a correction is no refund"

    def tax(total: RateTotal) -> chart.AccountName:
        return chart.tax(merchant, currency, place, total.tax, rate_code(total.rate))

    return Draft(
        id=journal,
        reference=f"correction:{correction}",
        kind="correction",
        happened_at=happened_at,
        shard_key=merchant,
        legs=legs(
            *((tax(total), -total.amount_minor) for total in old.totals),
            *((tax(total), total.amount_minor) for total in new.totals),
            (chart.payable(merchant, currency), new.net_minor - old.net_minor),
        ),
        document_sha256=receipt,
    )


def _legs(parts: Parts, *, sign: int) -> tuple[Leg, ...]:
    merchant, currency = parts.merchant, parts.currency
    pairs = [
        *_payer_side(parts, sign),
        (chart.payable(merchant, currency), sign * (parts.net_minor - parts.fee_minor - parts.shares_minor)),
        (chart.split_due(merchant, currency), sign * parts.shares_minor),
    ]
    for tax in parts.taxes:
        account = chart.tax(merchant, currency, parts.place, tax.tax, rate_code(tax.rate))
        pairs.append((account, sign * tax.amount_minor))
    pairs.append((chart.tips(merchant, currency), sign * parts.tip_minor))
    pairs.append((chart.fees(merchant, currency), sign * parts.fee_minor))
    return legs(*pairs)


def _payer_side(parts: Parts, sign: int) -> list[tuple[AccountName, int]]:
    """What leaves the payer's wallet, up to the shop's currency."""
    side, total = parts.exchange, parts.total_minor
    if side is None:
        return [(chart.customer(parts.wallet, parts.currency), -sign * total)]
    assert side.currency != parts.currency, "one currency needs no exchange"
    return [
        (chart.customer(parts.wallet, side.currency), -sign * side.payer_minor),
        (chart.fx(parts.merchant, side.currency), sign * side.payer_minor),
        (chart.fx(parts.merchant, parts.currency), -sign * side.cost_minor),
        (chart.fx_result(parts.currency), sign * (side.cost_minor - total)),
    ]
