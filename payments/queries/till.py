"""Reads of one till: its codes and what became of them, its payments, and what can still go back."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Prefetch, prefetch_related_objects

from merchants import queries as shops
from merchants.core.roles import Action
from merchants.models import QrCode, TaxProfile, Till
from payments.core.pricing import price_lines
from payments.models import Payment, Receipt, Refund
from payments.queries import payment_for, treatments_of
from people.models import User
from taxes.core.lines import TaxedSale
from taxes.core.rates import OwnRate

# A payment's receipts without their text: a list shows numbers and links.
RECEIPTS = Prefetch("receipts", Receipt.objects.order_by("number").defer("body"))


def code_at_till(actor: User, till_id: UUID, code_id: UUID) -> QrCode:
    """A one-time code of this till, with merchant, branch and till; one query. Refused not_found (404)."""
    code = shops.code_for(actor, code_id, Action.CHARGE)
    if code.till_id != till_id or code.kind != QrCode.Kind.ONE_TIME:
        raise shops.not_found()
    return code


def payment_of_code(code: QrCode) -> Payment | None:
    """The payment of a one-time code, if there is one; one query."""
    return Payment.objects.filter(one_time_code=code.pk).first()


def state_of_code(code: QrCode, payment: Payment | None, *, at: datetime) -> str:
    """ "paid", "retired", "expired" or "active". Paid wins: money that came counts, whatever came after."""
    if payment is not None:
        return "paid"
    if code.state == QrCode.State.RETIRED:
        return "retired"
    return "expired" if code.expires_at is not None and code.expires_at <= at else "active"


def sale_of_code(code: QrCode, own: Sequence[OwnRate] | None = None) -> TaxedSale:
    """What a one-time code asks for, taxed as on the day it was made; up to two queries.

    own: the merchant's own rates, where the caller has read them for many codes; then none.
    """
    profile: TaxProfile = code.merchant.tax_profile
    return price_lines(
        code.lines,
        treatments_of(code, at=code.created_at, own=own),
        inclusive=profile.prices_include_tax,
        policy=profile.rounding,
    )


def payment_at_till(actor: User, till_id: UUID, payment_id: UUID, action: Action) -> tuple[Till, Payment]:
    """This till and a payment of it, or of a code of its branch that names no till; three queries.

    For those who may work at the till and whose role allows `action`. Refused not_found (404), also for a
    payment of another till of the same shop.
    """
    till = shops.till_for(actor, till_id, Action.CHARGE)
    payment = payment_for(actor, payment_id, action)
    if payment.branch_id != till.branch_id or payment.till_id not in {None, till.pk}:
        raise shops.not_found()
    return till, payment


def refunds_of(payment: Payment) -> list[Refund]:
    """What has gone back, oldest first, each with its receipt; one query."""
    posted = payment.refunds.filter(state=Refund.State.POSTED)
    return list(posted.select_related("receipt").defer("receipt__body").order_by("id"))


def read_receipts(payment: Payment) -> None:
    """Fetch the payment's receipts once, for the page that names them; one query."""
    prefetch_related_objects([payment], RECEIPTS)


def refund_of(payment: Payment, refund_id: UUID) -> Refund:
    """One of them; one query. Refused not_found (404)."""
    rows = payment.refunds.filter(pk=refund_id).select_related("receipt", "exchange")
    refund = rows.defer("receipt__body").first()
    if refund is None:
        raise shops.not_found()
    return refund
