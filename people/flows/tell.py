"""Tell a person something by mail, in the caller's transaction."""

from uuid import UUID

from people.flows.queue_mail import queue_mail
from people.models import User

LAST_LINE = "We never ask for your password or your PIN by email."


def tell(*, person_id: UUID, subject: str, body: str) -> None:
    """Queue one mail to the person's address; `body` gets the greeting and the last line of all our mail."""
    address = User.objects.values_list("email", flat=True).get(pk=person_id)
    queue_mail(to=address, subject=subject, body=f"Good day,\n\n{body}\n{LAST_LINE}\n")
