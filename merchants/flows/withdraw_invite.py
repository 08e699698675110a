"""The owner takes an invitation back: its link is dead from then on."""

from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from base.flows.record import audit_line
from merchants.core.roles import Action
from merchants.models import Invite
from merchants.queries import not_found, shop_for


def withdraw_invite(*, actor_id: UUID, merchant_id: UUID, invite_id: UUID) -> None:
    """Withdraw an open invitation. Refused not_found (404), also for one that was accepted or withdrawn."""
    with transaction.atomic():
        merchant = shop_for(actor_id, merchant_id, Action.MANAGE_STAFF)
        withdrawn = Invite.objects.filter(
            pk=invite_id, merchant=merchant, accepted_at=None, withdrawn_at=None
        ).update(withdrawn_at=Now())
        if not withdrawn:
            raise not_found()
        audit_line(actor_id=actor_id, action="invite.withdrawn", subject=invite_id, merchant=merchant_id)
