"""The people of a shop who may do something are told of it by mail, in the transaction that made it true."""

from base.flows.ring import ring
from base.models import Notice
from merchants.core.roles import ALLOWED
from merchants.models import Merchant


def tell_members(*, merchant: Merchant, roles: tuple[str, ...], subject: str, body: str) -> int:
    """Queue one notice for each member of these roles; return how many."""
    assert set(roles) <= ALLOWED.keys(), roles
    members = merchant.memberships.filter(role__in=roles, ended_at=None, person__is_active=True)
    addresses = sorted(set(members.values_list("person__email", flat=True)))
    Notice.objects.bulk_create(Notice(to=address, subject=subject, body=f"{body}\n") for address in addresses)
    ring(task="base.tasks.send_notices")
    return len(addresses)
