"""A shift goes to whoever takes it over at the till: the one who takes signs in and says so.

From that moment payments are theirs. They may count the drawer first; a count is noted, and closes nothing.
"""

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
from payments.models import HandOver, Shift
from people.models import User


def hand_over(
    *, actor: User, till_id: UUID, shift_id: UUID, counted_minor: int | None = None, key: str
) -> HandOver:
    """The actor holds the shift from now on. counted_minor: the drawer, where it was counted.

    Raises Refused: not_found 404, shift_closed 409, shift_held 409 (by the actor already), key_reused 422.
    """
    till = till_for(actor, till_id, Action.CHARGE)
    answer = _book(actor, till, shift_id, counted_minor, key)
    return HandOver.objects.get(pk=answer["hand_over"])


@retry
def _book(actor: User, till: Till, shift_id: UUID, counted_minor: int | None, key: str) -> Answer:
    return once(
        scope=f"shift:{actor.pk}",
        key=key,
        request={"act": "take over", "shift": shift_id, "counted_minor": counted_minor},
        act=lambda: _act(actor, till, shift_id, counted_minor),
    )


def _act(actor: User, till: Till, shift_id: UUID, counted_minor: int | None) -> Answer:
    shift = lock_shift(till_id=till.pk, shift_id=shift_id)
    if shift.holder_id == actor.pk:
        raise Refused("shift_held", "This shift is yours already. Nothing was changed.", status=409)
    made = HandOver.objects.create(
        shift=shift,
        giver_id=shift.holder_id,
        taker=actor,
        counted_minor=counted_minor,
        happened_at=database_now(),
    )
    Shift.objects.filter(pk=shift.pk).update(holder=actor)
    audit_line(
        actor_id=actor.pk,
        action="shift.taken_over",
        subject=shift.pk,
        merchant=till.branch.merchant_id,
        giver=str(made.giver_id),
        counted_minor=counted_minor,
    )
    return {"hand_over": str(made.pk)}
