"""Ask for a link that sets a new PIN: it comes by mail and works after a wait in which it can be stopped."""

import secrets
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from base.core.errors import Refused
from base.flows.record import audit_line
from base.ids import database_now
from people.core.reset import ASKS_A_DAY, token_digest, window
from people.flows.tell import tell
from people.models import Pin, PinReset, User

TOKEN_BYTES = 32


def ask_pin_reset(*, person_id: UUID) -> None:
    """Mail the person a link; an older open wish ends. The token is kept as its hash only.

    Refused: pin_missing (409), reset_too_often (429, more than five a day: each ask starts the wait anew).
    """
    token = secrets.token_urlsafe(TOKEN_BYTES)
    with transaction.atomic():
        # One ask at a time: two would both find no open wish.
        User.objects.select_for_update(no_key=True).get(pk=person_id)
        if not Pin.objects.filter(person_id=person_id).exists():
            raise Refused("pin_missing", "You have no PIN yet. Set one, no link is needed.", status=409)
        now = database_now()
        wishes = PinReset.objects.filter(person_id=person_id)
        if wishes.filter(created_at__gt=now - timedelta(days=1)).count() >= ASKS_A_DAY:
            raise Refused(
                "reset_too_often", "You asked often today. Use the newest link, or ask tomorrow.", status=429
            )
        wishes.filter(ended_at=None).update(ended_at=now)
        ready_at, expires_at = window(now, settings.PIN_RESET_WAIT)
        PinReset.objects.create(
            person_id=person_id, token_sha256=token_digest(token), ready_at=ready_at, expires_at=expires_at
        )
        audit_line(actor_id=person_id, action="pin.reset_asked", subject=person_id)
        link = f"{settings.BASE_URL}/pin/reset/{token}/"
        tell(
            person_id=person_id,
            subject="Set a new PIN",
            body=f"You asked to set a new PIN.\n\n{link}\n\n"
            f"This link works from {ready_at:%d %B %Y, %H:%M} UTC, for 24 hours, once. "
            f"You must be signed in.\n\nYou did not ask? Stop it: {link}stop/\n",
        )
