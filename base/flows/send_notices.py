"""Send queued notices by mail. Each is claimed before it is sent, and for a while nobody else's.

So a mail goes out once, however many senders there are. Only a sender that dies between sending and saying
so lets it go out twice: later is better than never.
"""

import logging
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Now

from base.models import Notice

MAX_TRIES = 8
# Longer than a mail server may take to answer.
CLAIM = timedelta(minutes=5)
log = logging.getLogger(__name__)


def send_notices(*, limit: int = 50) -> int:
    """Send up to `limit` queued notices, each tried once in a round; return how many went out."""
    sent = 0
    tried: list[UUID] = []
    while len(tried) < limit and (notice := _claim(tried)) is not None:
        tried.append(notice.pk)
        sent += _send(notice)
    return sent


def _claim(tried: list[UUID]) -> Notice | None:
    """The next notice that this round has not tried, its try counted."""
    with transaction.atomic():
        notice = (
            Notice.objects.select_for_update(skip_locked=True)
            .filter(Q(claimed_at=None) | Q(claimed_at__lt=Now() - CLAIM))
            .filter(state=Notice.State.QUEUED, tries__lt=MAX_TRIES)
            .exclude(pk__in=tried)
            .order_by("tries", "id")
            .first()
        )
        if notice is not None:
            Notice.objects.filter(pk=notice.pk).update(tries=F("tries") + 1, claimed_at=Now())
    return notice


def _send(notice: Notice) -> int:
    try:
        send_mail(notice.subject, notice.body, settings.DEFAULT_FROM_EMAIL, [notice.to])
    except OSError as error:  # smtplib's errors are OSErrors; the next round tries again
        log.warning("notice %s not sent: %s", notice.pk, type(error).__name__)
        last = notice.tries + 1 >= MAX_TRIES
        state = Notice.State.FAILED if last else Notice.State.QUEUED
        Notice.objects.filter(pk=notice.pk).update(state=state, claimed_at=None)
        return 0
    return Notice.objects.filter(pk=notice.pk, state=Notice.State.QUEUED).update(
        state=Notice.State.SENT, sent_at=Now()
    )
