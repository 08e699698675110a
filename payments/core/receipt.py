"""The receipt as canonical JSON: sorted keys, UTF-8, integers, no payer.

Its bytes are hashed into the journal; page, PDF and till print are drawn from them. A receipt is
final when it is numbered: a correction is a new receipt that names the old one.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from base.core.canonical import canonical
from payments.core.exchange import Agreed, rate_text
from taxes.core.lines import TaxedLine, TaxedSale
from taxes.core.rates import rate_code
from wallets.core.money import exponent

SCHEMA = "quittance-receipt-1"


@dataclass(frozen=True, slots=True)
class Seller:
    """Who sold, where: as it stood at the moment of the sale, the refund, or the close of a shift."""

    merchant: UUID
    legal_name: str
    trade_name: str
    tax_number: str
    branch: str
    place: str
    country: str
    region: str
    time_zone: str
    till: str


_SELLER = tuple(field.name for field in fields(Seller) if field.name != "time_zone")


@dataclass(frozen=True, slots=True)
class Paper:
    """What a receipt says. All amounts positive, also on a refund: its kind says the direction.

    number: 0 while it waits for one. exchange: of a wallet of another currency; on a refund with what of it
    goes back.
    """

    kind: str
    payment: UUID
    seller: Seller
    happened_at: datetime
    currency: str
    minor_units: int
    sale: TaxedSale
    tip_minor: int
    prices_include_tax: bool
    rounding: str
    reference: str = ""
    refund: UUID | None = None
    corrects: int | None = None
    number: int = 0
    # The tax may be less: the shop was not known to the tax office yet. Said only where it is so.
    provisional: bool = False
    exchange: Agreed | None = None


def body(paper: Paper) -> str:
    """The canonical text of a receipt; hash these bytes, never a re-serialised copy."""
    before, after = halves(paper)
    return f"{before}{paper.number}{after}"


def halves(paper: Paper) -> tuple[str, str]:
    """The text of a receipt before and after its number, which is given last, when it is settled."""
    facts = _facts(paper)
    first = canonical({name: fact for name, fact in facts.items() if name < "number"})
    last = canonical({name: fact for name, fact in facts.items() if name > "number"})
    return f'{first[:-1]},"number":', f",{last[1:]}"


def _facts(paper: Paper) -> dict[str, Any]:
    """Everything a receipt says but its number."""
    local = paper.happened_at.astimezone(ZoneInfo(paper.seller.time_zone))
    return {
        "schema": SCHEMA,
        "kind": paper.kind,
        "payment": str(paper.payment),
        "seller": _seller(paper.seller),
        "happened_at": paper.happened_at.astimezone(ZoneInfo("UTC")).isoformat(timespec="seconds"),
        "local_time": local.isoformat(timespec="seconds"),
        "time_zone": paper.seller.time_zone,
        "currency": paper.currency,
        "minor_units": paper.minor_units,
        "lines": [_line(line) for line in paper.sale.lines],
        "taxes": [
            {
                "tax": total.tax,
                "rate": rate_code(total.rate),
                "net_minor": total.net_minor,
                "tax_minor": total.amount_minor,
            }
            for total in paper.sale.totals
        ],
        "untaxed": [
            {"zero_reason": total.zero_reason, "net_minor": total.net_minor} for total in paper.sale.untaxed
        ],
        "net_minor": paper.sale.net_minor,
        "tax_minor": paper.sale.tax_minor,
        "gross_minor": paper.sale.gross_minor,
        "rounding_minor": paper.sale.rounding_minor,
        "rounding": paper.rounding,
        "prices_include_tax": paper.prices_include_tax,
        "tip_minor": paper.tip_minor,
        "total_minor": paper.sale.gross_minor + paper.tip_minor,
        "fee_paid_by": "merchant",
        "reference": paper.reference,
        "refund": str(paper.refund) if paper.refund else None,
        "corrects": paper.corrects,
        **({"provisional": True} if paper.provisional else {}),
    } | _exchange(paper.exchange)


def digest(text: str) -> bytes:
    """SHA-256 of a receipt's bytes: the journal's `document_sha256`."""
    return hashlib.sha256(text.encode()).digest()


def _seller(seller: Seller) -> dict[str, str]:
    return {name: str(getattr(seller, name)) for name in _SELLER}


def _exchange(agreed: Agreed | None) -> dict[str, Any]:
    """Not a word where there was none: the papers of before keep their bytes."""
    if agreed is None:
        return {}
    facts = {
        "payer_currency": agreed.payer_currency,
        "payer_minor": agreed.payer_minor,
        "payer_minor_units": exponent(agreed.payer_currency),
        "rate": rate_text(agreed.rate),
        "source": agreed.source,
        "published_on": agreed.published_on.isoformat(),
        "margin_ppm": agreed.margin_ppm,
        "quoted_at": agreed.quoted_at.astimezone(ZoneInfo("UTC")).isoformat(timespec="microseconds"),
    }
    return {"exchange": facts}


def _line(line: TaxedLine) -> dict[str, Any]:
    return {
        "description": line.description,
        "category": line.category,
        "quantity": line.quantity,
        "net_minor": line.net_minor,
        "gross_minor": line.gross_minor,
        "taxes": _taxes(line.taxes),
        "zero_reason": line.zero_reason,
    }


def _taxes(taxes: Sequence[Any]) -> list[dict[str, Any]]:
    return [{"tax": tax.tax, "rate": rate_code(tax.rate), "tax_minor": tax.amount_minor} for tax in taxes]
