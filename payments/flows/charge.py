"""A cashier asks for an amount: one one-time code, however often the button is pressed."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from base.flows.once import Answer, once
from base.flows.retry import retry
from merchants.core.roles import Action
from merchants.flows.create_qr import create_one_time
from merchants.models import QrCode
from merchants.queries import code_for
from people.models import User


def charge(
    *,
    actor: User,
    till_id: UUID,
    lines: Sequence[Mapping[str, Any]],
    reference: str = "",
    tip_allowed: bool = True,
    key: str,
) -> QrCode:
    """A code for one sale at a till; one key is one code.

    lines: {"description", "category", "amount_minor"} as the shop prices. Refused: what `create_one_time`
    refuses, each time the same under one key; key_reused 422 for another sale under a used key.
    """
    answer = _book(actor, till_id, lines, reference, tip_allowed, key)
    return code_for(actor, UUID(answer["code"]), Action.CHARGE)


@retry
def _book(
    actor: User,
    till_id: UUID,
    lines: Sequence[Mapping[str, Any]],
    reference: str,
    tip_allowed: bool,
    key: str,
) -> Answer:
    def act() -> Answer:
        code = create_one_time(
            actor_id=actor.pk, till_id=till_id, lines=lines, reference=reference, tip_allowed=tip_allowed
        )
        return {"code": str(code.pk)}

    asked = {"till": till_id, "lines": list(lines), "reference": reference, "tip_allowed": tip_allowed}
    return once(scope=f"charge:{actor.pk}", key=key, request=asked, act=act)
