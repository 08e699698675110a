"""More came for an order than it asked, or it was paid twice: what is too much goes back at one tap."""

from uuid import UUID

from base.core.errors import Refused
from base.flows.once import Answer, once
from base.flows.retry import retry
from merchants.core.roles import Action
from merchants.models import QrCode
from payments.flows.refund import book_refund
from payments.models import Refund
from payments.queries.orders import order_of, root_of
from payments.queries.till import code_at_till, payment_at_till
from people.models import User

REASON = "Paid too much"


def give_back_excess(*, actor: User, till_id: UUID, code_id: UUID, key: str) -> Refund:
    """Refund the excess of the order to who paid last; where that payment is smaller, all of that payment.

    Two tills that ask at once give it back once: the order's row is locked before its money is looked at.
    Refused: not_found 404; nothing_excess 409; and what `refund` refuses.
    """
    answer = _book(actor, till_id, code_id, key)
    return Refund.objects.select_related("payment").get(pk=answer["refund"])


@retry
def _book(actor: User, till_id: UUID, code_id: UUID, key: str) -> Answer:
    asked = {"till": till_id, "order": code_id}
    return once(
        scope=f"give_back:{actor.pk}", key=key, request=asked, act=lambda: _act(actor, till_id, code_id)
    )


def _act(actor: User, till_id: UUID, code_id: UUID) -> Answer:
    code = root_of(code_at_till(actor, till_id, code_id))
    QrCode.objects.select_for_update(no_key=True).get(pk=code.pk)
    order = order_of(code_at_till(actor, till_id, code.pk))
    if not order.money.excess_minor:
        raise Refused("nothing_excess", "Nothing is too much of this order. Nothing went back.", status=409)
    pairs = zip(order.payments, order.money.came, strict=True)
    last, came = [(payment, came) for payment, came in pairs if came.kept_minor][-1]
    payment_at_till(actor, till_id, last.pk, Action.REFUND)
    # A payment of the order that is given back whole goes back with its tip.
    whole = order.money.excess_minor >= came.kept_minor
    amount_minor = None if whole else order.money.excess_minor
    return book_refund(actor, last.pk, amount_minor, REASON, till_id)
