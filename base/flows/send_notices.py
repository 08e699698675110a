"""Send queued notices by mail, each claimed before it is sent so that two senders do no harm."""

import logging

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from base.models import Notice

MAX_TRIES = 8
log = logging.getLogger(__name__)


def send_notices(*, limit: int = 50) -> int:
    """Send up to `limit` queued notices; return how many went out."""
    sent = 0
    for _ in range(limit):
        with transaction.atomic():
            notice = (
                Notice.objects.select_for_update(skip_locked=True)
                .filter(state=Notice.State.QUEUED, tries__lt=MAX_TRIES)
                .order_by("tries", "id")
                .first()
            )
            if notice is None:
                return sent
            Notice.objects.filter(pk=notice.pk).update(tries=F("tries") + 1)
        sent += _send(notice)
    return sent


def _send(notice: Notice) -> int:
    try:
        send_mail(notice.subject, notice.body, settings.DEFAULT_FROM_EMAIL, [notice.to])
    except OSError as error:  # smtplib's errors are OSErrors; the next round tries again
        log.warning("notice %s not sent: %s", notice.pk, type(error).__name__)
        if notice.tries + 1 >= MAX_TRIES:
            Notice.objects.filter(pk=notice.pk).update(state=Notice.State.FAILED)
        return 0
    return Notice.objects.filter(pk=notice.pk, state=Notice.State.QUEUED).update(
        state=Notice.State.SENT, sent_at=Now()
    )
