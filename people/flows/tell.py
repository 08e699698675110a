"""Tell a person something by mail, in the caller's transaction."""

from uuid import UUID

from people.flows.queue_mail import queue_mail
from people.models import User


def tell(*, person_id: UUID, subject: str, body: str) -> None:
    """Queue one mail to the person's address."""
    address = User.objects.values_list("email", flat=True).get(pk=person_id)
    queue_mail(to=address, subject=subject, body=body)
