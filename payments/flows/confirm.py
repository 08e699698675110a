"""The payer's yes becomes a promise to the merchant: one transaction, one hot row (the payer's own).

Order of locks: session, one-time code, then the payer's account. A repeat of the same confirm, by a
double tap, a reload or a lost answer, finds the first payment. A refusal leaves nothing behind.
"""

import hashlib
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import connection

from base.core.errors import Refused
from base.flows.once import Answer, once
from base.flows.retry import retry
from base.flows.ring import ring
from base.ids import database_now
from merchants.models import QrCode
from payments.core import confirmation as yes
from payments.flows.announce import announce
from payments.flows.open_session import already_paid
from payments.flows.promise import promise
from payments.flows.set_amount import session_closed
from payments.models import Payment, Session
from payments.models.due import lane_of
from payments.queries import quote_of
from payments.queries.locked import session_locked
from people.flows.check_pin import check_pin

_MADE = "SELECT id FROM payments_payment WHERE session_id = %s AND person_id = %s"


def confirm(
    *,
    session_id: UUID,
    person_id: UUID,
    confirmation: str,
    pin: str,
    happened_at: datetime | None = None,
) -> Payment:
    """Pay: returns the promised payment, or the one that this session has made before.

    confirmation: the token from the payer's page, bound to what was shown. pin: six digits.
    Raises Refused: not_found 404, session_closed 409, amount_changed 409 (total_minor, currency),
    page_expired 409, pin_wrong / pin_blocked 403, pin_missing 409, balance_too_low 409
    (missing_minor), already_paid 409, over_cap 409, wallet_frozen 403, and what `quote_of` raises.
    """
    made = _made(session_id, person_id)
    if made is not None:
        return Payment.objects.get(pk=made)
    check_pin(person_id=person_id, pin=pin)
    return _promise(session_id, person_id, confirmation, happened_at)


@retry
def _promise(session_id: UUID, person_id: UUID, confirmation: str, happened_at: datetime | None) -> Payment:
    fresh: dict[str, Payment] = {}

    def act() -> Answer:
        payment = _act(session_id, person_id, confirmation, happened_at or database_now())
        fresh[str(payment.pk)] = payment
        return {"payment": str(payment.pk)}

    answer = once(
        scope=f"confirm:{person_id}",
        key=f"{session_id}:{hashlib.sha256(confirmation.encode()).hexdigest()}",
        request={"session": session_id, "confirmation": confirmation},
        act=act,
    )
    return fresh.get(answer["payment"]) or Payment.objects.get(pk=answer["payment"])


def _act(session_id: UUID, person_id: UUID, confirmation: str, when: datetime) -> Payment:
    session = _locked(session_id, person_id)
    if session.state == Session.State.CONFIRMED and (made := _made(session_id, person_id)):
        return Payment.objects.get(pk=made)
    if session.code.kind == QrCode.Kind.ONE_TIME:
        _check_unpaid(session, person_id)
    if session.state != Session.State.OPEN or session.expires_at <= when:
        raise session_closed()
    quote = quote_of(session, at=when)
    key = settings.SECRET_KEY.encode()
    yes.check(confirmation, quote.shown_to(person_id), now=int(when.timestamp()), key=key)
    payment = promise(session=session, quote=quote, person_id=person_id, when=when)
    announce(kind="payment.promised", payments=[(payment, None)])
    ring(task="payments.tasks.settle_due", args=(str(lane_of(payment.merchant_id) % settings.SETTLE_LANES),))
    return payment


@retry
def _made(session_id: UUID, person_id: UUID) -> UUID | None:
    """The payment that this session has become, if it has."""
    with connection.cursor() as cursor:
        cursor.execute(_MADE, [session_id, person_id])
        row = cursor.fetchone()
    return row[0] if row else None


def _locked(session_id: UUID, person_id: UUID) -> Session:
    session = session_locked(session_id, person_id)
    if session is None:
        raise Refused("not_found", "There is nothing here that you may see.", status=404)
    if session.code.kind == QrCode.Kind.ONE_TIME:
        # Two payers of one order meet here; the unique `one_time_code` is the last guard. The code is
        # read again under its lock: a cashier may have called the order off while we waited.
        code = QrCode.objects.select_for_update().only("state", "expires_at").get(pk=session.code_id)
        session.code.state, session.code.expires_at = code.state, code.expires_at
    return session


def _check_unpaid(session: Session, person_id: UUID) -> None:
    """Refuse an order that another session has paid; its code is locked, so nobody pays it meanwhile."""
    found = Payment.objects.filter(one_time_code=session.code_id).values_list("id", "person")[:1]
    for payment_id, payer in found:
        raise already_paid(session.code, mine=payer == person_id, payment=payment_id)
