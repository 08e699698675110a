"""The files of a schedule are ready: each of its people gets a mail with a link, never with a file.

A run is told once: its mark, the links and the mails are one transaction, and the mark is set by a
conditional UPDATE. Who may not take the books away any more gets none.
"""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from django.conf import settings
from django.db import transaction

from base.flows.retry import retry
from base.flows.ring import ring
from base.ids import database_now
from base.models import Notice
from merchants.models import Membership
from payments.papers.receipt_mail import harmless
from reports.formats import FORMATS
from reports.models import Export, FileLink, ScheduledRun
from reports.queries.schedules import UNDER_WAY, may_read

LINK_LIFE = timedelta(days=14)


def tell_runs(*, limit: int = 200) -> int:
    """Tell up to `limit` runs of which no file is under way any more; return how many were told."""
    waiting = ScheduledRun.objects.filter(told_at=None).exclude(exports__state__in=UNDER_WAY)
    return sum(_tell(run_id) for run_id in list(waiting.order_by("id").values_list("pk", flat=True)[:limit]))


@retry
def _tell(run_id: UUID) -> int:
    now = database_now()
    with transaction.atomic():
        if not ScheduledRun.objects.filter(pk=run_id, told_at=None).update(told_at=now):
            return 0
        run = ScheduledRun.objects.select_related("schedule__merchant").get(pk=run_id)
        if run.schedule.ended_at is not None:
            return 0
        exports = list(run.exports.order_by("id"))
        readers = may_read(Membership.objects.filter(pk__in=run.schedule.readers.values("pk")))
        for member in readers.select_related("person").order_by("id"):
            _mail(run, member, exports, now)
        ring(task="base.tasks.send_notices")
    return 1


def _mail(run: ScheduledRun, member: Membership, exports: list[Export], now: datetime) -> None:
    token = secrets.token_urlsafe(32)
    expires_at = now + LINK_LIFE
    FileLink.objects.create(
        run=run,
        membership=member,
        token_sha256=sha256(token.encode()).digest(),
        expires_at=expires_at,
    )
    shop = harmless(run.schedule.merchant.trade_name, 60)
    ready = [_name(export) for export in exports if export.state == Export.State.READY]
    failed = [_name(export) for export in exports if export.state != Export.State.READY]
    lines = [*(f"- {name}" for name in ready), *(f"- {name}: could not be made" for name in failed)]
    what = "are ready" if not failed else "are ready in part" if ready else "could not be made"
    Notice.objects.create(
        to=member.person.email,
        subject=f"{shop}: the files of {run.period} {what}",
        body=(
            f"{shop}, {run.period}\n\n" + "\n".join(lines) + "\n\n"
            f"Open this link and sign in as {member.person.email}.\n"
            f"It opens for you alone, until {expires_at:%Y-%m-%d}:\n"
            f"{settings.BASE_URL}/books/d/{token}\n\n"
            "We never send the files themselves. A schedule of the shop names you; it can be changed at\n"
            f"{settings.BASE_URL}/books/{run.schedule.merchant_id}/schedules/\n"
        ),
    )


def _name(export: Export) -> str:
    return FORMATS[export.name].label if export.name in FORMATS else export.name
