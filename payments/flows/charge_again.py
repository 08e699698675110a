"""The same order once more: a new code with a whole life, and the old one called off."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from base.core.errors import Refused
from base.ids import database_now
from merchants.flows.retire_qr import retire_qr
from merchants.models import QrCode
from payments.flows.charge import charge
from payments.queries.orders import order_of, root_of
from payments.queries.till import code_at_till
from people.models import User

# Long enough for a customer who had to top up; too short to sell next week at this week's prices.
AGAIN_FOR = timedelta(hours=1)


def charge_again(*, actor: User, till_id: UUID, code_id: UUID) -> QrCode:
    """A new code for the lines, reference and tip of an unpaid one; the old code is the key: twice is once.

    Refused: already_paid, order_is_rest, order_too_old (409), not_found (404), and as `charge`.
    """
    old = code_at_till(actor, till_id, code_id)
    if root_of(old).pk != old.pk:
        message = "This code asks for the rest of an order. No other code was made. Open that order."
        raise Refused("order_is_rest", message, status=409)
    _check_unpaid(old)
    if not can_be_again(old):
        message = "This order is too old to be shown again. No code was made. Type it anew."
        raise Refused("order_too_old", message, status=409)
    # First the old one, so that nobody can pay both; what it was paid meanwhile stops the new one.
    retire_qr(actor_id=actor.pk, code_id=old.pk)
    _check_unpaid(old)
    lines: list[dict[str, Any]] = old.lines
    return charge(
        actor=actor,
        till_id=till_id,
        lines=lines,
        reference=old.reference,
        tip_allowed=old.tip_allowed,
        key=f"again {old.pk}",
    )


def _check_unpaid(code: QrCode) -> None:
    """Nothing has come for it, neither by its own code nor by a printed one that was matched to it."""
    if order_of(code).payments:
        message = "Money has come for this order already. No other code was made."
        raise Refused("already_paid", message, status=409)


def can_be_again(code: QrCode) -> bool:
    """Whether the order is young enough to be shown again."""
    return database_now() - code.created_at < AGAIN_FOR
