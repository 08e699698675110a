"""Somebody stops working for a shop. A shop is never left without an owner."""

from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from base.core.errors import Refused
from base.flows.record import audit_line
from merchants.core.roles import Action
from merchants.models import Membership, Merchant
from merchants.queries import not_found, shop_for


def end_membership(*, actor_id: UUID, merchant_id: UUID, membership_id: UUID) -> None:
    """End it from the next request on. Refused: not_found (404), last_owner (409)."""
    with transaction.atomic():
        # Two owners who end each other would each see the other still there: the shop's row is the queue,
        # and the actor's own role is read after it.
        Merchant.objects.select_for_update(no_key=True).filter(pk=merchant_id).first()
        merchant = shop_for(actor_id, merchant_id, Action.MANAGE_STAFF)
        membership = merchant.memberships.filter(pk=membership_id, ended_at=None).first()
        if membership is None:
            raise not_found()
        owners = merchant.memberships.filter(role=Membership.Role.OWNER, ended_at=None)
        if membership.role == Membership.Role.OWNER and owners.count() == 1:
            raise Refused("last_owner", "A shop needs an owner: invite another one first.", status=409)
        merchant.memberships.filter(pk=membership_id).update(ended_at=Now())
        audit_line(
            actor_id=actor_id,
            action="membership.ended",
            subject=membership_id,
            merchant=merchant_id,
            role=membership.role,
        )
