"""Put a mail into the outbox, in the caller's transaction: a page never waits for a mail server."""

from base.flows.ring import ring
from base.models import Notice


def queue_mail(*, to: str, subject: str, body: str) -> None:
    """Queue one mail. It is sent after the commit, or never if there is none."""
    Notice.objects.create(to=to, subject=subject, body=body)
    ring(task="base.tasks.send_notices")
