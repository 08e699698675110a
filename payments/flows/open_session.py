"""A scan opens a session: one visit of one payer to one code."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction

from base.core.errors import Refused
from base.ids import database_now
from merchants.models import QrCode
from merchants.queries import code_by_token
from payments.models import Payment, Session, Shift
from payments.queries import check_payable


def open_session(
    *, token: str, person_id: UUID | None = None, happened_at: datetime | None = None
) -> Session:
    """Open a session for a scanned token.

    Raises Refused: code_unknown 404, code_retired 410, code_expired 410, code_used_up 410,
    already_paid 409, shop_stopped 403, tax_profile_missing 409.
    """
    code = code_by_token(token)
    now = happened_at or database_now()
    with transaction.atomic():
        if code.kind == QrCode.Kind.ONE_TIME:
            paid = Payment.objects.filter(one_time_code=code.pk).values_list("id", "person").first()
            if paid is not None:
                raise already_paid(code, mine=paid[1] == person_id, payment=paid[0])
        check_payable(code, at=now)
        return Session.objects.create(
            code=code,
            merchant_id=code.merchant_id,
            person_id=person_id,
            expires_at=now + settings.SESSION_LIFE,
            shift_id=_shift_at(code),
        )


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
