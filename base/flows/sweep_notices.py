"""Mails that are gone are deleted: their addresses and texts are needed no more.

A sent one after a day, in which somebody may ask where it is; one that could not be sent after a week.
"""

from datetime import timedelta

from django.db.models import Q

from base.ids import database_now
from base.models import Notice

SENT_KEPT, FAILED_KEPT = timedelta(days=1), timedelta(days=7)


def sweep_notices() -> int:
    """Delete them; return how many."""
    now = database_now()
    sent = Q(state=Notice.State.SENT, sent_at__lt=now - SENT_KEPT)
    failed = Q(state=Notice.State.FAILED, created_at__lt=now - FAILED_KEPT)
    deleted, _ = Notice.objects.filter(sent | failed).delete()
    return deleted
