"""The page is out of sight: its code is worth nothing any more, unless a till has taken it."""

from uuid import UUID

from payments.models import ShownCode


def hide_code(*, person_id: UUID, code_id: UUID) -> bool:
    """False when the code is another's, or was taken, renewed or hidden before."""
    mine = ShownCode.objects.filter(pk=code_id, showing__person=person_id).exists()
    # By its own row alone: a till may be taking it at this moment.
    shown = ShownCode.objects.filter(pk=code_id, state=ShownCode.State.SHOWN)
    return mine and bool(shown.update(state=ShownCode.State.GONE))
