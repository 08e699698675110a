"""Sessions that have run out are deleted: nobody can use them, and each names its person."""

from django.contrib.sessions.models import Session as DjangoSession
from django.utils import timezone

from people.sessions import SessionStore


def sweep_sessions() -> None:
    SessionStore.clear_expired()
    # What a release before ours has left: nobody reads it, and its last row runs out in two weeks.
    DjangoSession.objects.filter(expire_date__lt=timezone.now()).delete()
