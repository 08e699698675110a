"""A one-time code is kept alive while its payer signs up or tops up; never brought back to life."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F
from django.db.models.functions import Least, Now

from merchants.models import QrCode

# A cashier who waits longer than this has sold to somebody else.
LONGEST_LIFE = timedelta(minutes=30)


def extend_one_time(*, code_id: UUID, until: datetime) -> bool:
    """Let the code live until then, at most half an hour in all. False: nothing was changed."""
    open_codes = QrCode.objects.filter(
        pk=code_id,
        kind=QrCode.Kind.ONE_TIME,
        state=QrCode.State.ACTIVE,
        expires_at__gt=Now(),
        expires_at__lt=Least(until, F("created_at") + LONGEST_LIFE),
    )
    return bool(open_codes.update(expires_at=Least(until, F("created_at") + LONGEST_LIFE)))
