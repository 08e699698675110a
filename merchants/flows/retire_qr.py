"""A code is taken out of use: whoever scans its sheet from then on is told so by name."""

from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from base.flows.record import audit_line
from merchants.core.roles import Action
from merchants.models import QrCode
from merchants.queries import code_for


def retire_qr(*, actor_id: UUID, code_id: UUID) -> bool:
    """Retire the code for ever. False when it was retired already. Refused not_found (404).

    A printed code is for those who manage codes; a one-time code is called off by whoever may charge.
    """
    with transaction.atomic():
        code = code_for(actor_id, code_id, Action.CHARGE)
        if code.kind == QrCode.Kind.STATIC:
            code = code_for(actor_id, code_id, Action.MANAGE_CODES)
        retired = QrCode.objects.filter(pk=code.pk, state=QrCode.State.ACTIVE).update(
            state=QrCode.State.RETIRED, retired_at=Now()
        )
        if retired:
            audit_line(
                actor_id=actor_id,
                action="code.retired",
                subject=code.pk,
                merchant=code.merchant_id,
                label=code.label,
            )
    return bool(retired)
