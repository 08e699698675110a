"""A counter of a branch is set up: the place where "paid" will be shown."""

from uuid import UUID

from django.db import transaction

from base.core.errors import Refused
from base.flows.record import audit_line
from merchants.core.identity import clean_name
from merchants.core.roles import Action
from merchants.models import Till
from merchants.queries import branch_for


def add_till(*, actor_id: UUID, branch_id: UUID, name: str) -> Till:
    """Add a till. Refused: name_* (400), till_name_taken (409, `field`), not_found (404)."""
    name = clean_name(name, limit=40, field="name")
    with transaction.atomic():
        branch = branch_for(actor_id, branch_id, Action.MANAGE_SHOP)
        till, made = Till.objects.get_or_create(branch=branch, name=name)
        if not made:
            raise Refused("till_name_taken", "This branch has a till of that name.", status=409, field="name")
        audit_line(
            actor_id=actor_id,
            action="till.added",
            subject=till.pk,
            merchant=branch.merchant_id,
            name=name,
        )
    return till
