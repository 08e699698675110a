"""An owner says "filed and paid": fenced tax of a place becomes the merchant's to pay out. Once, for one key.

Nobody asks the authority whether it is true: it is the owner's word, kept with who said it and when.
"""

from datetime import datetime
from uuid import UUID

from base.core.errors import Refused
from base.flows.once import Answer, once
from base.flows.retry import retry
from merchants.core.roles import Action
from merchants.queries import shop_for
from payments.core.tax_releases import PAYABLE
from payments.flows.book_release import book_release
from payments.models import TaxRelease
from people.models import User

PERIOD_MAX = 20


def release_tax(
    *,
    actor: User,
    merchant_id: UUID,
    place: str,
    key: str,
    amount_minor: int | None = None,
    period: str = "",
    until: datetime | None = None,
    happened_at: datetime | None = None,
) -> TaxRelease:
    """Release `amount_minor`, or all that is fenced; with `until` only tax of what happened before it.

    period: what was filed, as a label. key: one key is one release.

    Raises Refused: not_found 404 for all but owners, and for a place of which nothing was ever set aside;
    period_invalid 400, what `tax_releases.take` refuses, key_reused 422.
    """
    shop_for(actor, merchant_id, Action.PAY_OUT)
    if len(period) > PERIOD_MAX or not period.isprintable():
        raise Refused("period_invalid", f"A period has at most {PERIOD_MAX} characters.", field="period")
    answer = _book(actor, merchant_id, place, key, amount_minor, period, until, happened_at)
    return TaxRelease.objects.get(pk=answer["release"])


@retry
def _book(
    actor: User,
    merchant_id: UUID,
    place: str,
    key: str,
    amount_minor: int | None,
    period: str,
    until: datetime | None,
    happened_at: datetime | None,
) -> Answer:
    def act() -> Answer:
        row = book_release(
            actor=actor,
            merchant_id=merchant_id,
            place=place,
            to=PAYABLE,
            amount_minor=amount_minor,
            period=period,
            until=until,
            happened_at=happened_at,
        )
        return {"release": str(row.pk)}

    return once(
        scope=f"tax_release:{actor.pk}",
        key=key,
        request={
            "merchant": merchant_id,
            "place": place,
            "amount_minor": amount_minor,
            "period": period,
            "until": until,
        },
        act=act,
    )
