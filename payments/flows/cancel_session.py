"""The payer says no. Nothing was taken, and the code stays payable."""

from uuid import UUID

from payments.models import Session


def cancel_session(*, session_id: UUID) -> bool:
    """Cancel an open session; False when it is no longer open."""
    open_one = Session.objects.filter(pk=session_id, state=Session.State.OPEN)
    return bool(open_one.update(state=Session.State.CANCELLED))
