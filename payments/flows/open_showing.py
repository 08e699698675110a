"""A person opens the page that shows codes to tills: with the PIN, a yes to small amounts, or without.

One showing a person: a new one ends the old, on whatever phone it was, and its codes with it.
"""

from uuid import UUID

from django.db import IntegrityError, transaction

from base.core.errors import Refused
from base.flows.once import still_working
from base.flows.record import audit_line
from base.ids import database_now
from payments.core.shown_code import SHOWING_LIFE
from payments.flows.close_showing import close_showing
from payments.models import Showing
from people.flows.check_pin import check_pin
from people.queries import pin_state
from wallets.queries import wallet_of


def open_showing(*, person_id: UUID, pin: str | None = None) -> Showing:
    """pin: None to be asked for the PIN at each amount.

    Refused: wallet_frozen 403, and of the PIN pin_malformed, pin_wrong, pin_missing, pin_blocked.
    """
    wallet = wallet_of(person_id)
    if wallet is not None and wallet.frozen_at is not None:
        raise Refused(
            "wallet_frozen", "Your wallet is frozen, so it cannot pay. Ask our support.", status=403
        )
    if pin is not None:
        check_pin(person_id=person_id, pin=pin)
    elif pin_state(person_id) != "set":
        raise Refused("pin_missing", "You confirm payments with a PIN. Set one first.", status=409)
    try:
        with transaction.atomic():
            close_showing(person_id=person_id)
            now = database_now()
            showing = Showing.objects.create(
                person_id=person_id, with_pin=pin is not None, opened_at=now, ends_at=now + SHOWING_LIFE
            )
            if showing.with_pin:
                audit_line(actor_id=person_id, action="showing.opened", subject=showing.pk)
    except IntegrityError as error:  # two phones at once: one of them is the newer
        raise still_working() from error
    return showing
