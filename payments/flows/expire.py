"""Open sessions run out. A confirmed payment never does: its promise stands until it is settled."""

from django.db import transaction
from django.db.models.functions import Now

from payments.models import Session


def expire(*, limit: int = 1000) -> int:
    """Close open sessions whose time is over, in batches; returns how many."""
    with transaction.atomic():
        due = (
            Session.objects.select_for_update(skip_locked=True)
            .filter(state=Session.State.OPEN, expires_at__lte=Now())
            .order_by("expires_at")
            .values("id")[:limit]
        )
        return Session.objects.filter(pk__in=list(due.values_list("id", flat=True))).update(
            state=Session.State.EXPIRED
        )
