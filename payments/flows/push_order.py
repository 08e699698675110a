"""An open order goes to where its payer is: onto a printed code, to another till, or to one scan.

So that a payment by a printed code is matched by what was agreed, and never by its amount. Lock order: order,
then printed code or session; a payment of the order waits for this, or this finds the order paid.
"""

from uuid import UUID

from django.db import transaction
from django.db.models import F

from base.core.errors import Refused
from base.ids import database_now
from merchants.core.roles import Action
from merchants.flows.extend_one_time import LONGEST_LIFE, extend_one_time
from merchants.flows.point_order import point_order
from merchants.models import QrCode, Till
from merchants.queries import not_found, till_for
from payments.flows.announce_change import ORDER, SCAN, announce_change
from payments.flows.set_amount import session_closed
from payments.models import Session
from payments.queries.floor import printed_at, scan_at
from payments.queries.till import code_at_till, payment_of_code, state_of_code
from people.models import User


def push_order(
    *,
    actor: User,
    till_id: UUID,
    code_id: UUID,
    to_code: UUID | None = None,
    to_till: UUID | None = None,
    to_scan: UUID | None = None,
) -> None:
    """Lead one of the three to the order; it then lives half an hour, as whoever was called needs time.

    Doing it again changes nothing. Refused: not_found 404, order_closed 409 (paid, called off or over),
    session_closed 409 (the scan is).
    """
    assert sum(each is not None for each in (to_code, to_till, to_scan)) == 1
    with transaction.atomic():
        order = code_at_till(actor, till_id, code_id)
        _lock_open(order)
        assert order.till is not None
        if to_code is not None:
            point_order(actor=actor, order=order, printed=_printed(order.till, to_code))
        elif to_till is not None:
            point_order(actor=actor, order=order, till=_other_till(actor, order, to_till))
        else:
            assert to_scan is not None
            _give_to(order, order.till, to_scan)
        extend_one_time(code_id=order.pk, until=database_now() + LONGEST_LIFE)
        for till in {order.till_id, to_till or order.till_id}:
            announce_change(kind=ORDER, code=order, subject=order.pk, till_id=till)


def _lock_open(order: QrCode) -> None:
    now = QrCode.objects.select_for_update(no_key=True).get(pk=order.pk)
    if state_of_code(now, payment_of_code(order), at=database_now()) != "active":
        raise Refused(
            "order_closed", "This order is paid, called off or over. Nothing was changed.", status=409
        )


def _printed(till: Till, code_id: UUID) -> QrCode:
    found = next((code for code in printed_at(till) if code.pk == code_id), None)
    if found is None:
        raise not_found()
    return found


def _other_till(actor: User, order: QrCode, till_id: UUID) -> Till:
    till = till_for(actor, till_id, Action.CHARGE)
    if till.branch_id != order.branch_id:
        raise not_found()
    return till


def _give_to(order: QrCode, till: Till, session_id: UUID) -> None:
    """The payer's page becomes the order's. A yes to what it showed before no longer fits (`version`)."""
    session = scan_at(till, session_id)
    given = Session.objects.filter(
        pk=session.pk, state=Session.State.OPEN, expires_at__gt=database_now(), code=session.code_id
    ).update(code=order.pk, scanned=session.code_id, typed_minor=None, tip_minor=0, version=F("version") + 1)
    if not given:
        raise session_closed()
    announce_change(kind=SCAN, code=session.code, subject=session.pk)
