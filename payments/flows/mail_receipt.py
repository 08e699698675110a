"""A receipt goes to the customer by mail: one letter, few of them, to an address that is not kept.

The address stands in the outbox until its mail is sent and swept (`base.flows.sweep_notices`), and nowhere
else: not in the audit line, not in the idempotency row (a keyed hash of it does), not in a log. So that no
till can be made to send advertisements the text is fixed, a reviewed shop's only, and letters are counted.
"""

import json
from datetime import timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Model
from django.utils.crypto import salted_hmac

from base.core.errors import Refused
from base.core.uuid7 import floor_of
from base.flows.once import Answer, once
from base.flows.record import audit_line
from base.flows.retry import retry
from base.ids import database_now
from base.models import AuditLine
from merchants import queries as shops
from merchants.core.roles import Action
from merchants.models import Merchant, Till
from payments.models import Receipt
from payments.papers.receipt_mail import receipt_mail
from payments.queries import receipt_for
from payments.queries.receipts import receipt_link
from payments.queries.signatures import signature_of
from people.flows.queue_mail import queue_mail
from people.models import User

MOST_A_RECEIPT = 3
MOST_AN_HOUR = 60  # of one till, or of one payer
ACTION = "receipt.mailed"
_HOUR = timedelta(hours=1)


def mail_receipt(*, actor: User, receipt_id: UUID, to: str, key: str) -> None:
    """Queue one mail with a receipt; one key is one mail.

    actor: somebody who may charge at that shop, for any address; or the payer, for the account's own.
    Refused: not_found 404, email_invalid 400, shop_not_reviewed, receipt_mailed_often, too_many_mails 409.
    """
    to = to.strip()
    receipt = receipt_for(actor, receipt_id)
    is_own = receipt.payment.person_id == actor.pk and to.casefold() == actor.email.casefold()
    if not is_own:
        shops.shop_for(actor, receipt.merchant_id, Action.CHARGE)
    try:
        validate_email(to)
    except ValidationError as error:
        raise Refused("email_invalid", "This is not an e-mail address. Nothing was sent.") from error
    _book(actor, receipt_id, to, is_own, key)


@retry
def _book(actor: User, receipt_id: UUID, to: str, is_own: bool, key: str) -> Answer:
    # By its keyed hash, for a plain one of an address can be found by trying addresses.
    asked = {"receipt": receipt_id, "to": salted_hmac("receipt mail", to, algorithm="sha256").hexdigest()}
    return once(
        scope=f"mail_receipt:{actor.pk}",
        key=key,
        request=asked,
        act=lambda: _act(actor, receipt_id, to, is_own),
    )


def _act(actor: User, receipt_id: UUID, to: str, is_own: bool) -> Answer:
    rows = Receipt.objects.select_for_update(no_key=True, of=("self",))
    receipt = rows.select_related("merchant", "payment").get(pk=receipt_id)
    if receipt.merchant.review != Merchant.Review.REVIEWED:
        raise Refused(
            "shop_not_reviewed",
            "Nothing was sent: mails go out once an operator has reviewed the shop. Show the code instead.",
            status=409,
        )
    # A payer's own mails are no business of the shop: its audit trail would name the payer.
    place, merchant = _place(receipt, actor, is_own)
    _count(receipt, place, merchant)
    signed = signature_of(receipt).short
    letter = receipt_mail(json.loads(receipt.body), receipt_link(receipt), is_own=is_own, signed=signed)
    queue_mail(to=to, subject=letter.subject, body=letter.body)
    audit_line(actor_id=actor.pk, action=ACTION, subject=receipt.pk, merchant=merchant, place=str(place.pk))
    return {"receipt": str(receipt.pk)}


def _place(receipt: Receipt, actor: User, is_own: bool) -> tuple[Model, UUID | None]:
    """Whose hour it is: the payer's, the till's, or the shop's (for a payment of no till); locked."""
    if is_own:
        return User.objects.select_for_update(no_key=True).get(pk=actor.pk), None
    if receipt.payment.till_id:
        return Till.objects.select_for_update(no_key=True).get(
            pk=receipt.payment.till_id
        ), receipt.merchant_id
    return Merchant.objects.select_for_update(no_key=True).get(pk=receipt.merchant_id), receipt.merchant_id


def _count(receipt: Receipt, place: Model, merchant: UUID | None) -> None:
    """Refuse the fourth mail of a receipt, and the sixty-first of an hour."""
    mailed = AuditLine.objects.filter(action=ACTION)
    if mailed.filter(subject=receipt.pk).count() >= MOST_A_RECEIPT:
        raise Refused(
            "receipt_mailed_often",
            f"Nothing was sent: this receipt has gone out {MOST_A_RECEIPT} times. Show its code instead.",
            status=409,
        )
    # By the id, which begins with its moment and which the shop's index ends with.
    since = floor_of(int((database_now() - _HOUR).timestamp() * 1000))
    if mailed.filter(merchant=merchant, id__gte=since, detail__place=str(place.pk)).count() >= MOST_AN_HOUR:
        raise Refused(
            "too_many_mails",
            f"Nothing was sent: {MOST_AN_HOUR} receipts went out by mail within the hour. "
            "Show the code instead, or print it.",
            status=409,
        )
