"""A till has read a customer's one-time code: one order takes it, and a small amount is paid at once.

The code is taken by one conditional UPDATE, in the transaction of the key and of the scan that it opens: of
two tills one wins, and the other is told and charges nobody. From then on the order is a scan of this payer
like any other: above a small amount, and wherever anything is in the way, the payer's page asks for the PIN,
bound to amount and payee (`confirm`). The till learns what becomes of its order, nothing about the payer.
"""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now

from base.core.errors import Refused
from base.flows.once import Answer, once
from base.flows.record import audit_line
from base.flows.retry import retry
from base.ids import database_now
from merchants.models import QrCode
from payments.core.shown_code import Kind, Scanned, hash_of_id, mac_of_digits
from payments.flows.count_typed_try import count_typed_try, forget_typed_try
from payments.flows.open_session import open_order
from payments.flows.pay_small import pay_small
from payments.models import ShownCode
from payments.queries.shown import secret_id_of
from payments.queries.till import code_at_till
from people.models import User


def charge_presented(*, actor: User, till_id: UUID, order_id: UUID, scanned: Scanned, key: str) -> UUID:
    """The id of the shown code that this order took; what became of it: `payments.queries.shown`.

    scanned: a customer's link or digits. key: one press of a button, one answer. Refused: not_found 404 (the
    order is not of this till), code_unknown 404, shown_code_used 409, shown_code_over 410,
    too_many_tries 429, key_reused 422, already_paid 409 and what `check_payable`
    says of the order: then the code is not used up.
    """
    order = code_at_till(actor, till_id, order_id)
    kept_as = _kept_as(scanned)
    taken_now: list[UUID] = []
    counted = count_typed_try(actor_id=actor.pk) if scanned.kind == Kind.DIGITS else None
    try:
        code_id = _take(actor, order, kept_as, key, taken_now)
    except Refused as no:
        if counted is not None and no.code != "code_unknown":
            forget_typed_try(try_id=counted)
        raise
    if counted is not None:
        forget_typed_try(try_id=counted)
    if code_id in taken_now:
        # Once, and by whoever took it: a repeat of the request, or a crash, leaves it to the payer's PIN.
        pay_small(code_id=code_id)
    return code_id


@retry
def _take(actor: User, order: QrCode, kept_as: dict[str, bytes], key: str, taken_now: list[UUID]) -> UUID:
    def act() -> Answer:
        code_id = _taken(actor, order, kept_as)
        taken_now.append(code_id)
        return {"shown_code": str(code_id)}

    asked = {"order": order.pk, **{name: value.hex() for name, value in kept_as.items()}}
    return UUID(once(scope=f"presented:{actor.pk}", key=key, request=asked, act=act)["shown_code"])


def _taken(actor: User, order: QrCode, kept_as: dict[str, bytes]) -> UUID:
    now = database_now()
    found = ShownCode.objects.select_related("showing").filter(**kept_as).first()
    if found is None:
        raise _unknown()
    with transaction.atomic():
        session = open_order(order=order, person_id=found.showing.person_id, at=now)
        assert order.till_id is not None, "an order is made at a till"
        # No join: whoever waits here for another till compares this very row anew.
        still_shown = ShownCode.objects.filter(pk=found.pk, state=ShownCode.State.SHOWN, expires_at__gt=Now())
        took = still_shown.update(
            state=ShownCode.State.ASKED,
            session=session,
            order=order,
            till_id=order.till_id,
            asked_at=Now(),
        )
        if not took:
            raise _missed(found, now)
        audit_line(
            actor_id=actor.pk,
            action="shown_code.taken",
            subject=order.pk,
            merchant=order.merchant_id,
            shown_code=str(found.pk),
        )
    return found.pk


def _kept_as(scanned: Scanned) -> dict[str, bytes]:
    """How the row of what was read is found. Refused: code_unknown, before the database is asked."""
    if scanned.kind == Kind.DIGITS:
        return {"digits_mac": mac_of_digits(scanned.text, key=settings.SECRET_KEY.encode())}
    assert scanned.kind == Kind.CUSTOMER, scanned.kind
    return {"id_sha256": hash_of_id(secret_id_of(scanned.text))}


def _missed(found: ShownCode, now: datetime) -> Refused:
    """Why the code was not to be had. It may have been taken this very moment."""
    found.refresh_from_db(fields=["state"])
    if found.state == ShownCode.State.ASKED:
        return Refused(
            "shown_code_used",
            "This code has been used already. Nothing was charged here. Ask the customer for a new one.",
            status=409,
        )
    return Refused(
        "shown_code_over",
        "This code has run out. Nothing was charged. Scan the one that the customer’s page shows now.",
        status=410,
    )


def _unknown() -> Refused:
    return Refused(
        "code_unknown", "No customer shows this code. Nothing was charged. Scan or type it again.", status=404
    )
