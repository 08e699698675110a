"""Codes that no till took, and counted tries, are deleted after a day: nobody asks about them any more."""

from datetime import timedelta

from django.db.models.functions import Now

from base.core.uuid7 import floor_of
from base.ids import database_now
from payments.models import Showing, ShownCode, TypedTry

KEPT = timedelta(days=1)


def sweep_shown() -> int:
    """Returns how many codes are gone. A showing whose code was taken stays: it is how somebody said yes."""
    ShownCode.objects.filter(state=ShownCode.State.SHOWN, expires_at__lt=Now() - KEPT).update(
        state=ShownCode.State.GONE
    )
    gone = ShownCode.objects.filter(state=ShownCode.State.GONE, expires_at__lt=Now() - KEPT)
    deleted, _ = gone.delete()
    # An open one too: it ran out long ago, and the next one would only close it.
    Showing.objects.filter(ends_at__lt=Now() - KEPT, codes=None).delete()
    TypedTry.objects.filter(pk__lt=floor_of(int((database_now() - KEPT).timestamp() * 1000))).delete()
    return deleted
