"""A basket at the counter becomes one one-time code, priced from the shop's own rows at the first press."""

from dataclasses import asdict
from uuid import UUID

from base.flows.once import Answer, once
from base.flows.retry import retry
from merchants.core.roles import Action
from merchants.flows.create_qr import create_one_time
from merchants.models import QrCode
from merchants.queries import code_for, till_for
from payments.core.basket import Basket
from payments.queries.basket import lines_of_basket
from people.models import User


def charge_basket(
    *,
    actor: User,
    till_id: UUID,
    basket: Basket,
    reference: str = "",
    tip_allowed: bool = True,
    key: str,
) -> QrCode:
    """A code for a basket; one key is one code, at the prices of its first press.

    Refused: as `lines_of_basket` and `create_one_time`, each time the same under one key; key_reused 422 for
    another basket under a used key.
    """
    answer = _book(actor, till_id, basket, reference, tip_allowed, key)
    return code_for(actor, UUID(answer["code"]), Action.CHARGE)


@retry
def _book(actor: User, till_id: UUID, basket: Basket, reference: str, tip_allowed: bool, key: str) -> Answer:
    def act() -> Answer:
        till = till_for(actor, till_id, Action.CHARGE)
        code = create_one_time(
            actor_id=actor.pk,
            till_id=till_id,
            lines=lines_of_basket(till, basket),
            reference=reference,
            tip_allowed=tip_allowed,
        )
        return {"code": str(code.pk)}

    asked = {"till": till_id, "basket": asdict(basket), "reference": reference, "tip_allowed": tip_allowed}
    return once(scope=f"charge:{actor.pk}", key=key, request=asked, act=act)
