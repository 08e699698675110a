"""The payer says: this is not the shop I am in. The scan ends, and the operator learns of the code.

A sticker pasted over a printed code leads to another shop; the first who notice are the payers.
"""

from uuid import UUID

from django.db import transaction

from base.flows.record import audit_line
from payments.flows.cancel_session import cancel_session
from payments.models import Session


def report_wrong_shop(*, session_id: UUID) -> bool:
    """Cancel an open session and leave an audit line about its code; False when it was not open."""
    with transaction.atomic():
        if not cancel_session(session_id=session_id):
            return False
        session = Session.objects.get(pk=session_id)
        audit_line(
            actor_id=session.person_id,
            action="code.wrong_shop",
            subject=session.code_id,
            merchant=session.merchant_id,
            session=str(session_id),
        )
    return True
