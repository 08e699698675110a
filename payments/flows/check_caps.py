"""Caps on what a code may take, checked in the money's own transaction."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection

from base.core.errors import Refused
from merchants.models import QrCode
from payments.queries import Quote
from wallets.core.money import format_minor

DAY = timedelta(hours=24)
# The moment of a payment is read before it waits for the payer's account, so one that overtook it there
# may carry a later moment, and counts. Longer than any wait of a paying transaction.
OVERTAKEN = timedelta(minutes=1)
_PAID = """
SELECT coalesce(sum(total_minor), 0)::bigint FROM payments_payment
WHERE person_id = %s AND one_time_code_id IS NULL AND currency = %s AND happened_at > %s AND happened_at <= %s
"""


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
    with connection.cursor() as cursor:
        cursor.execute(_PAID, [person_id, quote.currency, at - DAY, at + OVERTAKEN])
        (paid_minor,) = cursor.fetchone()
    if paid_minor + quote.total_minor > quote.caps.static_day:
        raise _over("payments by printed codes in 24 hours", quote.caps.static_day, quote.currency)


def _over(what: str, cap_minor: int, currency: str) -> Refused:
    text = f"{format_minor(cap_minor, currency)} {currency}"
    return Refused(
        "over_cap",
        f"The most for {what} is {text}. Nothing was taken. Ask the shop for a code for this order.",
        status=409,
        cap_minor=cap_minor,
    )
