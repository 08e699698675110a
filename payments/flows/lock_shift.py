"""Take a till's open shift in hand: who hands over, moves cash or closes does so one after the other.

Payments do not wait for this lock (they take FOR KEY SHARE), only for the last step of closing.
"""

from uuid import UUID

from django.db import connection

from base.core.errors import Refused
from merchants.queries import not_found
from payments.models import Shift


def lock_shift(*, till_id: UUID, shift_id: UUID) -> Shift:
    """The shift as it is now, locked until the caller's commit.

    Raises Refused: not_found 404 for a shift of another till, shift_closed 409.
    """
    assert connection.in_atomic_block, "the lock belongs into the caller's transaction"
    shift = Shift.objects.select_for_update(no_key=True).filter(pk=shift_id, till=till_id).first()
    if shift is None:
        raise not_found()
    if shift.closed_at is not None:
        raise Refused("shift_closed", "This shift has been closed already. Nothing was changed.", status=409)
    return shift
