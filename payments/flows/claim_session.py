"""The browser's scan becomes a person's: after sign-in, before any amount is confirmed."""

from uuid import UUID

from django.db.models import Q

from base.core.errors import Refused
from payments.models import Session


def claim_session(*, session_id: UUID, person_id: UUID) -> None:
    """Bind a scan to the person who signed in; a scan that is another's is not found."""
    mine = Session.objects.filter(Q(person=None) | Q(person=person_id), pk=session_id)
    if not mine.update(person=person_id):
        raise Refused("not_found", "There is nothing here that you may see.", status=404)
