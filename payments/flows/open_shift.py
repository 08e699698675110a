"""A cashier opens the till's shift with the cash that is in the drawer.

What was paid at the till since its last Z report, while no shift was open, is counted here already, in a row
of its own; what was under way just now joins at the close.
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
from payments.flows.count_outside import count_outside
from payments.models import Shift
from people.models import User


def open_shift(*, actor: User, till_id: UUID, float_minor: int, key: str) -> Shift:
    """The new shift, held by the actor. float_minor: cash in the drawer, in the shop's currency.

    Raises Refused: not_found 404, shift_open 409 where one is open already, key_reused 422.
    """
    assert float_minor >= 0, "nobody counts less than nothing"
    till = till_for(actor, till_id, Action.CHARGE)
    answer = _book(actor, till, float_minor, key)
    return Shift.objects.get(pk=answer["shift"])


@retry
def _book(actor: User, till: Till, float_minor: int, key: str) -> Answer:
    return once(
        scope=f"shift:{actor.pk}",
        key=key,
        request={"act": "open", "till": till.pk, "float_minor": float_minor},
        act=lambda: _act(actor, till, float_minor),
    )


def _act(actor: User, till: Till, float_minor: int) -> Answer:
    # Two who open at once do so in turn; payments do not wait for this lock.
    Till.objects.select_for_update(no_key=True).get(pk=till.pk)
    last = Shift.objects.filter(till=till).order_by("closed_at").last()
    # Not closed sorts last in PostgreSQL.
    if last is not None and last.closed_at is None:
        raise Refused(
            "shift_open", "A shift is open at this till already. Take it over, or close it first.", status=409
        )
    shift = Shift.objects.create(
        till=till,
        opened_by=actor,
        opened_at=database_now(),
        holder=actor,
        currency=till.branch.merchant.currency,
        float_minor=float_minor,
    )
    count_outside(shift=shift, till=till, since=last.closed_at if last else None)
    audit_line(
        actor_id=actor.pk,
        action="shift.opened",
        subject=shift.pk,
        merchant=till.branch.merchant_id,
        till=str(till.pk),
        float_minor=float_minor,
    )
    return {"shift": str(shift.pk)}
