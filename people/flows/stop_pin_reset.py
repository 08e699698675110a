"""Stop a wish to reset a PIN: the owner's answer to a mail that he did not ask for."""

from django.db import transaction
from django.db.models.functions import Now

from base.core.errors import Refused
from base.flows.record import audit_line
from people.core.reset import token_digest
from people.models import PinReset
from people.queries import reset_wish


def stop_pin_reset(*, token: str) -> None:
    """End the wish; its link will not work. The PIN stays as it is.

    Whoever has the mail may stop it, signed in or not. Refused: reset_unknown (404), reset_over (410).
    """
    with transaction.atomic():
        wish = reset_wish(token)
        if wish is None:
            raise Refused("reset_unknown", "This link is not known.", status=404)
        if not PinReset.objects.filter(token_sha256=token_digest(token), ended_at=None).update(
            ended_at=Now()
        ):
            raise Refused("reset_over", "This link has been used or stopped already.", status=410)
        audit_line(actor_id=wish.person_id, action="pin.reset_stopped", subject=wish.person_id)
