"""Caps on what a code may take, checked in the money's own transaction."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Sum

from base.core.errors import Refused
from merchants.models import QrCode
from payments.models import Payment
from payments.queries import Quote
from wallets.core.money import format_minor

DAY = timedelta(hours=24)
# The moment of a payment is read before it waits for the payer's account, so one that overtook it there
# may carry a later moment, and counts. Longer than any wait of a paying transaction.
OVERTAKEN = timedelta(minutes=1)


def check_caps(*, quote: Quote, person_id: UUID, at: datetime) -> None:
    """Refuse what is above the cap of one payment or of one payer's last 24 hours.

    Tips count. Raises Refused("over_cap", 409, cap_minor=...).
    """
    if quote.session.code.kind == QrCode.Kind.ONE_TIME:
        if quote.total_minor > quote.caps.one_time_payment:
            raise _over("one payment to this shop", quote.caps.one_time_payment, quote.currency)
        return
    if quote.total_minor > quote.caps.static_payment:
        raise _over("one payment by a printed code", quote.caps.static_payment, quote.currency)
    paid = Payment.objects.filter(
        person=person_id,
        code__kind=QrCode.Kind.STATIC,
        currency=quote.currency,
        happened_at__gt=at - DAY,
        happened_at__lte=at + OVERTAKEN,
    ).aggregate(total=Sum("total_minor"))["total"]
    if (paid or 0) + quote.total_minor > quote.caps.static_day:
        raise _over("payments by printed codes in 24 hours", quote.caps.static_day, quote.currency)


def _over(what: str, cap_minor: int, currency: str) -> Refused:
    text = f"{format_minor(cap_minor, currency)} {currency}"
    return Refused(
        "over_cap",
        f"The most for {what} is {text}. Nothing was taken. Ask the shop for a code for this order.",
        status=409,
        cap_minor=cap_minor,
    )
