"""The owners of a shop are told something by mail, in the transaction that made it true."""

from base.flows.ring import ring
from base.models import Notice
from merchants.models import Membership, Merchant


def tell_owners(*, merchant: Merchant, subject: str, body: str) -> None:
    """Queue one notice an owner."""
    owners = merchant.memberships.filter(role=Membership.Role.OWNER, ended_at=None)
    Notice.objects.bulk_create(
        Notice(to=email, subject=subject, body=f"{body}\n")
        for email in owners.values_list("person__email", flat=True)
    )
    ring(task="base.tasks.send_notices")
