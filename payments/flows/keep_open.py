"""A first-time payer goes away to sign up, set a PIN or top up: the scan and its code wait."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Greatest

from base.ids import database_now
from merchants.flows.extend_one_time import extend_one_time
from merchants.models import QrCode
from payments.models import Session

WAIT = timedelta(minutes=10)
# Counted from the scan, so that nobody keeps an order open for ever.
LONGEST = timedelta(minutes=30)


def keep_open(*, session_id: UUID) -> None:
    """Extend an open session, and its one-time code, by up to ten minutes from now."""
    now = database_now()
    with transaction.atomic():
        session = (
            Session.objects.select_for_update(of=("self",))
            .select_related("code")
            .filter(pk=session_id, state=Session.State.OPEN, expires_at__gt=now)
            .first()
        )
        if session is None:
            return
        until = min(now + WAIT, session.created_at + LONGEST)
        Session.objects.filter(pk=session_id).update(expires_at=Greatest("expires_at", Value(until)))
        if session.code.kind == QrCode.Kind.ONE_TIME:
            extend_one_time(code_id=session.code_id, until=until)
