"""An operator sends fenced tax of a place to its authority, for the merchant. Once, for one key.

The accounts and the journal of the mode *remit*, which no page offers yet: today only this flow writes them.
What went back to payers since the last remittance is netted.

A shop that is frozen or rejected is remitted for all the same: the tax is the authority's, not the shop's,
none of it can reach the shop this way, and late tax helps nobody. A stop of payouts holds it: there the books
are in doubt, or somebody said that nothing leaves, and a wrong sum at an authority is slow to come back.
"""

from datetime import datetime
from uuid import UUID

from base.flows.once import Answer, once
from base.flows.retry import retry
from merchants.queries import operator_for
from payments.core.tax_releases import AUTHORITY
from payments.flows.book_release import book_release
from payments.models import TaxRelease
from payments.queries.payouts import check_not_stopped
from people.models import User


def remit_tax(
    *,
    operator: User,
    merchant_id: UUID,
    place: str,
    key: str,
    amount_minor: int | None = None,
    until: datetime | None = None,
    happened_at: datetime | None = None,
) -> TaxRelease:
    """Remit `amount_minor`, or all that is fenced; with `until` only tax of what happened before it.

    Raises Refused: not_found 404 for all but operators, payouts_stopped 409, else as `release_tax`.
    """
    operator_for(operator)
    answer = _book(operator, merchant_id, place, key, amount_minor, until, happened_at)
    return TaxRelease.objects.get(pk=answer["release"])


@retry
def _book(
    operator: User,
    merchant_id: UUID,
    place: str,
    key: str,
    amount_minor: int | None,
    until: datetime | None,
    happened_at: datetime | None,
) -> Answer:
    def act() -> Answer:
        check_not_stopped(merchant_id)
        row = book_release(
            actor=operator,
            merchant_id=merchant_id,
            place=place,
            to=AUTHORITY,
            amount_minor=amount_minor,
            period="",
            until=until,
            happened_at=happened_at,
        )
        return {"release": str(row.pk)}

    return once(
        scope=f"tax_remittance:{operator.pk}",
        key=key,
        request={"merchant": merchant_id, "place": place, "amount_minor": amount_minor, "until": until},
        act=act,
    )
