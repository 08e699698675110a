"""A refund of a sale that a foreign wallet paid: its part of what was paid goes back, at the sale's own rate.

The shop gives its own currency back, as in any refund. What the payer's part is worth today may be more or
less: that difference is ours. Where no rate is fresh, it is taken at the rate of the sale, and there is none.
"""

from dataclasses import dataclass, replace

from payments.core.exchange import Agreed, back_minor, cost_minor
from payments.core.journals import Exchanged
from payments.models import Exchange, Refund, RefundExchange
from payments.queries.exchange import terms_of_day


@dataclass(frozen=True, slots=True)
class Back:
    """agreed: the sale's terms with what goes back to the payer. moved: for the journal."""

    agreed: Agreed
    moved: Exchanged


def give_back(*, refund: Refund) -> Back | None:
    """Write what a refund gives back in the payer's currency; None where the sale had no exchange.

    The refund's row is written, its payment is locked and read with its exchange, and not yet changed.
    """
    payment = refund.payment
    paid: Exchange | None = getattr(payment, "exchange", None)
    if paid is None:
        return None
    payer_minor = back_minor(
        paid.payer_minor,
        total_minor=payment.total_minor,
        refunded_minor=payment.refunded_minor,
        refund_minor=refund.amount_minor,
    )
    terms = terms_of_day(paid.payer_currency, payment.currency, refund.happened_at)
    worth = refund.amount_minor if terms is None else cost_minor(payer_minor, terms)
    RefundExchange.objects.create(
        refund=refund, payer_minor=payer_minor, result_minor=refund.amount_minor - worth
    )
    agreed = replace(paid.agreed, payer_minor=payer_minor)
    return Back(agreed, Exchanged(paid.payer_currency, payer_minor, worth))
