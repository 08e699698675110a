"""What a person paid: the payer's own payments, with the shop and what a foreign wallet gave for them."""

from uuid import UUID

from django.db.models import QuerySet

from base.core.errors import Refused
from payments.core.exchange import back_minor
from payments.models import Exchange, Payment
from payments.queries import NOT_FOUND


def my_payments(person_id: UUID, *, limit: int = 100) -> "QuerySet[Payment]":
    """What a person paid, newest first; two queries (with receipts)."""
    return payments_made_by(person_id)[:limit]


def payments_made_by(person_id: UUID) -> "QuerySet[Payment]":
    """The same without an end, for a list with pages."""
    return (
        Payment.objects.filter(person=person_id)
        .select_related("merchant", "branch", "exchange")
        .prefetch_related("receipts")
        .order_by("-happened_at", "-id")
    )


def my_payment(person_id: UUID, payment_id: UUID) -> Payment:
    """One payment of the payer's own."""
    payment = (
        Payment.objects.filter(person=person_id, pk=payment_id)
        .select_related("merchant", "branch", "till", "exchange")
        .prefetch_related("receipts")
        .first()
    )
    if payment is None:
        raise Refused("not_found", NOT_FOUND, status=404)
    return payment


def given_back(payment: Payment) -> int:
    """What has gone back to a foreign wallet, in its minor units; 0 at home. Needs the exchange."""
    paid: Exchange | None = getattr(payment, "exchange", None)
    if paid is None or payment.refunded_minor == 0:
        return 0
    return back_minor(
        paid.payer_minor,
        total_minor=payment.total_minor,
        refunded_minor=0,
        refund_minor=payment.refunded_minor,
    )
