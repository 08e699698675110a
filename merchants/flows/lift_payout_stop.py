"""An operator has looked, and lets money leave again. The reason stays in the trail."""

from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from base.core.errors import Refused
from base.flows.record import audit_line
from merchants.flows.stop_payouts import ALL, given
from merchants.models import PayoutStop
from merchants.queries import payout_stop_for


def lift_payout_stop(*, operator_id: UUID, stop_id: UUID, reason: str) -> PayoutStop:
    """Lift an open stop. What the audit found before and still finds does not stop again; new findings do.

    Refused: reason_missing (400), already_lifted (409), not_found (404).
    """
    why = given(reason)
    with transaction.atomic():
        stop = payout_stop_for(operator_id, stop_id)
        lifted = PayoutStop.objects.filter(pk=stop.pk, lifted_at=None).update(
            lifted_at=Now(), lifted_by_id=operator_id, lift_reason=why
        )
        if not lifted:
            raise Refused("already_lifted", "Somebody has lifted this stop already.", status=409)
        audit_line(
            actor_id=operator_id,
            action="payouts.released",
            subject=stop.merchant_id or ALL,
            merchant=stop.merchant_id,
            stop=str(stop.pk),
            reason=why,
        )
    return stop
