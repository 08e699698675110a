"""Caps on what a code may take. The cap of a payer's day is compared in the money's own statement."""

from base.core.errors import Refused
from merchants.models import QrCode
from payments.queries import Quote
from wallets.core.money import format_minor


def check_caps(*, quote: Quote) -> int | None:
    """Refuse what is above the cap of one payment; tips count. Refused("over_cap", 409, cap_minor=...).

    Returns what one payer may pay by printed codes in 24 hours, in minor units; None for an order.
    """
    if quote.session.code.kind == QrCode.Kind.ONE_TIME:
        if quote.total_minor > quote.caps.one_time_payment:
            raise _over("one payment to this shop", quote.caps.one_time_payment, quote.currency)
        return None
    if quote.total_minor > quote.caps.static_payment:
        raise _over("one payment by a printed code", quote.caps.static_payment, quote.currency)
    return quote.caps.static_day


def over_day(quote: Quote) -> Refused:
    """What is said above the cap of a payer's day."""
    return _over("payments by printed codes in 24 hours", quote.caps.static_day, quote.currency)


def _over(what: str, cap_minor: int, currency: str) -> Refused:
    text = f"{format_minor(cap_minor, currency)} {currency}"
    return Refused(
        "over_cap",
        f"The most for {what} is {text}. Nothing was taken. Ask the shop for a code for this order.",
        status=409,
        cap_minor=cap_minor,
    )
