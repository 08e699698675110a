"""Mails that are gone are deleted with their addresses; what is still to be sent never is."""

from datetime import timedelta

import pytest

from base.flows.sweep_notices import FAILED_KEPT, SENT_KEPT
from base.ids import database_now
from base.models import Notice
from base.tasks import sweep_notices

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def notice(state: str, *, made: timedelta, sent: timedelta | None = None) -> str:
    now = database_now()
    to = f"{state}{made}{sent}@example.com".replace(" ", "").replace(",", "").replace(":", "")
    row = Notice.objects.create(to=to, subject="s", body="b", state=state)
    sent_at = None if sent is None else now - sent
    Notice.objects.filter(pk=row.pk).update(created_at=now - made, sent_at=sent_at)
    return to


def test_only_what_is_gone_and_old_goes() -> None:
    year = timedelta(days=365)
    gone = [
        notice("sent", made=year, sent=SENT_KEPT + MINUTE),
        notice("failed", made=FAILED_KEPT + MINUTE),
    ]
    kept = [
        notice("sent", made=year, sent=SENT_KEPT - MINUTE),
        notice("failed", made=FAILED_KEPT - MINUTE),
        notice("queued", made=year),
    ]
    assert sweep_notices() == len(gone)
    assert set(Notice.objects.values_list("to", flat=True)) == set(kept)
    assert sweep_notices() == 0
