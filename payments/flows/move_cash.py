"""Cash goes into the drawer or out of it while a shift is open, with its reason: "milk", "change"."""

from uuid import UUID

from base.core.errors import Refused
from base.flows.once import Answer, once
from base.flows.record import audit_line
from base.flows.retry import retry
from base.ids import database_now
from merchants.core.roles import Action
from merchants.models import Till
from merchants.queries import till_for
from payments.flows.lock_shift import lock_shift
from payments.models import CashMove
from payments.queries.shifts import drawer_of, may_close
from people.models import User
from wallets.core.money_text import display_with_code


def move_cash(
    *, actor: User, till_id: UUID, shift_id: UUID, kind: str, amount_minor: int, reason: str, key: str
) -> CashMove:
    """kind: paid_in or paid_out. Only the holder, a manager or an owner moves cash.

    Raises Refused: not_found 404, shift_closed 409, shift_not_yours 403, cash_too_low 409, key_reused 422.
    """
    assert kind in CashMove.Kind.values and amount_minor > 0 and reason
    till = till_for(actor, till_id, Action.CHARGE)
    answer = _book(actor, till, shift_id, (kind, amount_minor, reason), key)
    return CashMove.objects.get(pk=answer["cash_move"])


@retry
def _book(actor: User, till: Till, shift_id: UUID, move: tuple[str, int, str], key: str) -> Answer:
    return once(
        scope=f"shift:{actor.pk}",
        key=key,
        request={"act": "move cash", "shift": shift_id, "move": move},
        act=lambda: _act(actor, till, shift_id, *move),
    )


def _act(actor: User, till: Till, shift_id: UUID, kind: str, amount_minor: int, reason: str) -> Answer:
    shift = lock_shift(till_id=till.pk, shift_id=shift_id)
    if not may_close(actor, shift, till.branch.merchant):
        raise Refused("shift_not_yours", "This shift is another's. Take it over first.", status=403)
    there_minor = drawer_of(shift).expected_minor
    if kind == CashMove.Kind.PAID_OUT and amount_minor > there_minor:
        there = display_with_code(there_minor, shift.currency)
        raise Refused(
            "cash_too_low",
            f"The drawer should hold {there}, not so much. Nothing was noted. Note first what was put in.",
            status=409,
        )
    made = CashMove.objects.create(
        shift=shift,
        kind=kind,
        amount_minor=amount_minor,
        reason=reason,
        person=actor,
        happened_at=database_now(),
    )
    audit_line(
        actor_id=actor.pk,
        action=f"shift.cash_{kind}",
        subject=shift.pk,
        merchant=till.branch.merchant_id,
        amount_minor=amount_minor,
    )
    return {"cash_move": str(made.pk)}
