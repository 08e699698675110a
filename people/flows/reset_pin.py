"""Set a new PIN by a link from the mail; this is also the way out of a block."""

from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now

from base.core.errors import Refused
from base.flows.record import audit_line
from people.core.pin import require_good
from people.core.reset import ResetState, token_digest
from people.flows.set_pin import sealed
from people.flows.tell import tell
from people.models import Pin, PinReset
from people.queries import reset_wish


def reset_pin(*, token: str, pin: str) -> None:
    """Use the link up and replace the PIN; the block, if any, ends.

    The caller has checked that the link belongs to whoever is signed in.
    Refused: as `set_pin`, reset_unknown (404), reset_too_early (409, fact ready_at), reset_over (410).
    """
    require_good(pin)
    with transaction.atomic():
        used = PinReset.objects.filter(
            token_sha256=token_digest(token), ended_at=None, ready_at__lte=Now(), expires_at__gt=Now()
        ).update(ended_at=Now())
        wish = reset_wish(token)
        if wish is None:
            raise Refused("reset_unknown", "This link is not known.", status=404)
        if not used:
            raise _unusable(wish.state, wish.ready_at.isoformat())
        _replace(wish.person_id, pin)


def _replace(person_id: UUID, pin: str) -> None:
    Pin.objects.filter(person_id=person_id).update(
        **sealed(person_id=person_id, pin=pin), wrong_tries=0, blocked_at=None, set_at=Now()
    )
    audit_line(actor_id=person_id, action="pin.reset", subject=person_id)
    tell(
        person_id=person_id,
        subject="Your PIN was set anew",
        body="Your PIN was set anew with the link we sent you.\n\n"
        f"If that was not you, change your password now: {settings.BASE_URL}/accounts/password/change/\n",
    )


def _unusable(state: ResetState, ready_at: str) -> Refused:
    if state is ResetState.EARLY:
        return Refused("reset_too_early", "This link does not work yet.", status=409, ready_at=ready_at)
    return Refused("reset_over", "This link has been used, stopped or replaced, or is too old.", status=410)
