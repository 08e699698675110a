"""From rows to what a receipt says. The receipt is a snapshot: later changes of a shop's name or
address do not touch it."""

from datetime import datetime
from uuid import UUID

from payments.core.exchange import Agreed
from payments.core.receipt import Paper, Seller
from payments.models import Payment
from taxes.core.lines import TaxedSale
from wallets.core.money import exponent


def write_paper(
    *,
    payment: Payment,
    sale: TaxedSale,
    tip_minor: int,
    tax_number: str,
    refund: UUID | None = None,
    corrects: int | None = None,
    kind: str = "",
    number: int = 0,
    happened_at: datetime | None = None,
    exchange: Agreed | None = None,
) -> Paper:
    """A sale's paper, or (with `refund`) the paper of what goes back; amounts in minor units.

    kind: of any other paper. number: 0 for a sale, which is numbered when it is settled. exchange: of a
    payer's wallet in another currency, with what this paper is about.
    """
    merchant, branch = payment.merchant, payment.branch
    return Paper(
        kind=kind or ("refund" if refund else "sale"),
        number=number,
        payment=payment.pk,
        seller=Seller(
            merchant=merchant.pk,
            legal_name=merchant.legal_name,
            trade_name=merchant.trade_name,
            tax_number=tax_number,
            branch=branch.name,
            place=branch.place,
            country=branch.country,
            region=branch.region,
            time_zone=branch.time_zone,
            till=payment.till.name if payment.till else "",
        ),
        happened_at=happened_at or payment.happened_at,
        currency=payment.currency,
        minor_units=exponent(payment.currency),
        sale=sale,
        tip_minor=tip_minor,
        prices_include_tax=payment.prices_include_tax,
        rounding=payment.rounding,
        reference=payment.reference,
        refund=refund,
        corrects=corrects,
        provisional=bool(payment.provisional) and not kind,
        exchange=exchange,
    )
