"""Somebody opens the link of a mail: what it opens, and that it was opened."""

from django.db.models.functions import Now

from people.models import User
from reports.models import FileLink
from reports.queries.schedules import link_by_token


def open_files(*, actor: User, token: str) -> FileLink:
    """The link, for its addressee. Refused: link_closed 404 for all others, link_over 410 after its time."""
    link = link_by_token(actor, token)
    FileLink.objects.filter(pk=link.pk, opened_at=None).update(opened_at=Now())
    return link
