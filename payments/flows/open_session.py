"""A scan opens a session: one visit of one payer to one code."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from base.core.errors import Refused
from base.ids import database_now, new_id
from merchants.core.words import words_of
from merchants.models import QrCode
from merchants.queries import code_by_token
from payments.flows.announce_change import SCAN, announce_change
from payments.models import Payment, Session, Shift
from payments.queries import check_payable
from payments.queries.floor import open_scans, pushed_order

MANY = 6_000
_WORDS = 0x776F7264  # our number among the database's advisory locks


def open_session(
    *,
    token: str,
    person_id: UUID | None = None,
    happened_at: datetime | None = None,
    pass_by_order: bool = False,
) -> Session:
    """Open a session for a scanned token: of the order that the shop has put on the code, else of the code.

    pass_by_order: the payer says that the order is another's, and pays by the printed code itself.

    Raises Refused: code_unknown 404, code_retired 410, code_expired 410, code_used_up 410,
    already_paid 409, shop_stopped 403, tax_profile_missing 409.
    """
    scanned = code_by_token(token)
    now = happened_at or database_now()
    with transaction.atomic():
        code, is_static = scanned, scanned.kind == QrCode.Kind.STATIC
        if not is_static:
            _check_unpaid(code, person_id)
        check_payable(scanned, at=now)
        if is_static and not pass_by_order:
            code = pushed_order(scanned.pk, at=now) or scanned
        session = Session.objects.create(
            id=_new_id(code, now) if is_static else new_id(),
            code=code,
            scanned=scanned if code is not scanned else None,
            merchant_id=code.merchant_id,
            person_id=person_id,
            expires_at=now + settings.SESSION_LIFE,
            shift_id=_shift_at(code),
        )
        if is_static:
            announce_change(kind=SCAN, code=code, subject=session.pk)
    return session


def open_order(*, order: QrCode, person_id: UUID, at: datetime) -> Session:
    """A scan of an order by a payer who is known: the shop has read the payer's code. Refused as above."""
    _check_unpaid(order, person_id)
    check_payable(order, at=at)
    return Session.objects.create(
        code=order,
        merchant_id=order.merchant_id,
        person_id=person_id,
        expires_at=at + settings.SESSION_LIFE,
        shift_id=_shift_at(order),
    )


def _check_unpaid(order: QrCode, person_id: UUID | None) -> None:
    paid = Payment.objects.filter(one_time_code=order.pk).values_list("id", "person").first()
    if paid is not None:
        raise already_paid(order, mine=paid[1] == person_id, payment=paid[0])


def _new_id(code: QrCode, now: datetime) -> UUID:
    """An id whose two words no other open scan in the branch has: the cashier goes by them.

    Two scans of a branch at the same moment take turns, for as long as it takes to write one.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_WORDS, str(code.branch_id)])
    taken = {words_of(each) for each in open_scans(code.branch_id, at=now)}
    # Of 65,536 pairs a branch never has a tenth at once; more than that, and words are no help any more.
    return next(each for each in iter(new_id, None) if words_of(each) not in taken or len(taken) > MANY)


def _shift_at(code: QrCode) -> UUID | None:
    """The shift that is open at the code's till; a code of a whole branch is in none."""
    if code.till_id is None:
        return None
    return Shift.objects.filter(till=code.till_id, closed_at=None).values_list("id", flat=True).first()


def already_paid(code: QrCode, *, mine: bool, payment: UUID) -> Refused:
    """A one-time code that has been paid: its payer is led to the payment, others learn no more."""
    facts = {"payment": str(payment)} if mine else {}
    shop = code.merchant.trade_name
    return Refused(
        "already_paid", f"This code of {shop} has been paid already. Nothing was taken.", status=409, **facts
    )
