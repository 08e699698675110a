"""Change a PIN by the one in use, and tell the owner by mail."""

from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now

from base.core.errors import Refused
from base.flows.record import audit_line
from people.core.pin import require_good
from people.flows.check_pin import check_pin
from people.flows.set_pin import sealed
from people.flows.tell import tell
from people.models import Pin


def change_pin(*, person_id: UUID, current: str, pin: str) -> None:
    """Replace the PIN. Refused: as `set_pin` and `check_pin`, and pin_changed (409)."""
    require_good(pin)
    known_salt = Pin.objects.filter(person_id=person_id).values_list("salt", flat=True).first()
    check_pin(person_id=person_id, pin=current)
    with transaction.atomic():
        # Between the check and here the owner may have reset the PIN: the old one must not undo that.
        changed = Pin.objects.filter(person_id=person_id, salt=known_salt, blocked_at=None).update(
            **sealed(person_id=person_id, pin=pin), wrong_tries=0, set_at=Now()
        )
        if not changed:
            raise Refused("pin_changed", "Your PIN was changed in the meantime.", status=409)
        audit_line(actor_id=person_id, action="pin.changed", subject=person_id)
        tell(
            person_id=person_id,
            subject="Your PIN was changed",
            body="Your PIN was changed with the old one.\n\n"
            f"If that was not you, set a new one now: {settings.BASE_URL}/pin/reset/\n",
        )
