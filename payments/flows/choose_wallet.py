"""The payer chooses which of the own wallets pays a scan: the shop's currency, or another at today's rate."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F

from base.core.errors import Refused
from base.ids import database_now
from payments.flows.set_amount import session_closed
from payments.models import Session
from wallets.queries import balances_of
from wallets.queries.fx import fx_terms


def choose_wallet(
    *, session_id: UUID, person_id: UUID, currency: str, happened_at: datetime | None = None
) -> None:
    """Pay an open scan from the wallet of `currency`; choosing it again shows its rate anew, and holds it.

    Raises the session's version, so that an older confirmation no longer fits. Refused: not_found 404 (also
    of a wallet that the person has not got), session_closed 409, fx_rate_missing 409, fx_rate_old 409.
    """
    with transaction.atomic():
        session = (
            Session.objects.select_for_update(of=("self",))
            .select_related("merchant")
            .filter(pk=session_id, person=person_id)
            .first()
        )
        if session is None:
            raise _not_found()
        now, own = happened_at or database_now(), session.merchant.currency
        if currency != own:
            if currency not in {balance.currency for balance in balances_of(person_id)}:
                raise _not_found()
            fx_terms(currency, own, now)
        changed = Session.objects.filter(pk=session_id, state=Session.State.OPEN, expires_at__gt=now).update(
            pay_currency=None if currency == own else currency,
            quoted_at=None if currency == own else now,
            version=F("version") + 1,
        )
        if not changed:
            raise session_closed()


def _not_found() -> Refused:
    return Refused("not_found", "There is nothing here that you may see.", status=404)
