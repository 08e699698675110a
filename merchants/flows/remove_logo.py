"""A shop takes its logo away: new sheets carry the trade name alone."""

from uuid import UUID

from django.db import transaction

from base.flows.record import audit_line
from merchants.core.roles import Action
from merchants.models import Logo
from merchants.queries import shop_for


def remove_logo(*, actor_id: UUID, merchant_id: UUID) -> bool:
    """True if there was one. Refused: not_found (404)."""
    with transaction.atomic():
        merchant = shop_for(actor_id, merchant_id, Action.MANAGE_SHOP)
        removed, _ = Logo.objects.filter(merchant=merchant).delete()
        if removed:
            audit_line(actor_id=actor_id, action="logo.removed", subject=merchant.pk, merchant=merchant.pk)
    return bool(removed)
