"""A receipt by its own code: whoever holds the paper may ask what has become of the money it speaks of.

The code proves that the paper is ours, never that it was paid for by the person who holds it. What is true
now is in the payment's row, which a refund changes in its own transaction; the paper's text never changes.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import OuterRef, Subquery

from base.core.errors import Refused
from merchants import queries as shops
from merchants.core.roles import Action, allowed
from merchants.models import Till
from merchants.qr.link import Door, LinkKey, link, make_token, read_token
from payments.models import Payment, Receipt
from people.models import User

_CORRECTION = Receipt.objects.filter(payment=OuterRef("payment"), kind=Receipt.Kind.CORRECTION)
_ROWS = Receipt.objects.select_related("merchant", "payment__branch", "payment__till", "refund").annotate(
    corrected_by=Subquery(_CORRECTION.values("number")[:1])
)


@dataclass(frozen=True, slots=True)
class ReceiptState:
    """What is true of a receipt at one moment. Needs its payment with branch, its merchant and its refund."""

    receipt: Receipt
    at: datetime

    @property
    def is_refund(self) -> bool:
        return self.receipt.kind == Receipt.Kind.REFUND

    @property
    def is_correction(self) -> bool:
        return self.receipt.kind == Receipt.Kind.CORRECTION

    @property
    def corrected_by(self) -> int | None:
        """Of a sale's paper with provisional tax: the number of the receipt that says the right one."""
        sold = self.receipt.kind == Receipt.Kind.SALE
        return getattr(self.receipt, "corrected_by", None) if sold else None

    @property
    def total_minor(self) -> int:
        """What the paper says: paid, or given back."""
        refund = self.receipt.refund
        if self.is_correction:
            said: int = json.loads(self.receipt.body)["total_minor"]
            return said
        return refund.amount_minor if refund else self.receipt.payment.total_minor

    @property
    def refunded_minor(self) -> int:
        """What has gone back of the payment in all."""
        return self.receipt.payment.refunded_minor

    @property
    def left_minor(self) -> int:
        return self.receipt.payment.total_minor - self.refunded_minor

    @property
    def word(self) -> str:
        """ "paid", "part refunded" or "refunded"; a refund's paper is always of money that went back."""
        if self.is_refund or self.left_minor == 0:
            return "refunded"
        return "part refunded" if self.refunded_minor else "paid"


def receipt_token(receipt: Receipt) -> str:
    """The signed token of a receipt, by the active key: a print of before a change of keys has another."""
    key_id, secret = next(iter(settings.CODE_KEYS.items()))
    return make_token(receipt.pk, key=LinkKey(key_id, secret), door=Door.RECEIPT)


def receipt_link(receipt: Receipt) -> str:
    """The address in a receipt's code: `<BASE_URL>/r/<token>`."""
    return link(settings.BASE_URL, receipt_token(receipt), door=Door.RECEIPT)


def read_receipt_token(token: str) -> Receipt:
    """The receipt that a scanned token names, with all that `ReceiptState` asks; one query, none if forged.

    For everybody: it holds what the paper shows, and no payer is read. Refused code_unknown (404).
    """
    keys = [LinkKey(key_id, secret) for key_id, secret in settings.CODE_KEYS.items()]
    receipt = _ROWS.filter(pk=read_token(token, keys=keys, door=Door.RECEIPT)).first()
    if receipt is None:
        raise Refused("code_unknown", "This code is not one of ours. Nothing was paid.", status=404)
    return receipt


def desk_of(actor: User, receipt: Receipt) -> tuple[str, UUID] | None:
    """Where this actor may see the receipt's payment: ("shop", its id), ("till", an id), or nowhere.

    A cashier sees it at its till; a payment of no till at the first one of its branch. Up to two queries.
    """
    payment = receipt.payment
    role = shops.role_in(actor, receipt.merchant)
    if not actor.is_active or not allowed(role, Action.SEE_SALES):
        return None
    if role != "cashier":
        return "shop", receipt.merchant_id
    till_id = payment.till_id or _first_till(payment)
    return ("till", till_id) if till_id else None


def _first_till(payment: Payment) -> UUID | None:
    return Till.objects.filter(branch=payment.branch_id).order_by("id").values_list("id", flat=True).first()


def receipt_of(payment: Payment, receipt_id: UUID) -> Receipt:
    """A receipt of this payment, sale or refund; one query. Refused not_found (404)."""
    receipt = _ROWS.filter(payment=payment, pk=receipt_id).first()
    if receipt is None:
        raise shops.not_found()
    return receipt


def sale_receipt_of(payment: Payment) -> Receipt | None:
    """The receipt of the sale, once it is numbered; one query."""
    return Receipt.objects.filter(payment=payment, kind=Receipt.Kind.SALE).defer("body").first()
