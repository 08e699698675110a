"""Somebody asked for an export, waited long and has probably left: a mail says how it ended.

A closed period's files and a schedule's have mails and pages of their own, so nobody is told twice.
"""

from datetime import timedelta

from django.conf import settings
from django.db import connection

from base.flows.ring import ring
from base.models import Notice
from payments.papers.receipt_mail import harmless
from reports.formats import FORMATS, PLATFORM_FORMATS
from reports.models import Export, ScheduledRun

LONG = timedelta(minutes=1)


def tell_asker(*, export: Export) -> bool:
    """Write the mail of an export that has just ended, in the caller's transaction; whether there is one."""
    assert connection.in_atomic_block and export.ended_at is not None
    if export.ended_at - export.created_at < LONG or export.closing_id is not None:
        return False
    if ScheduledRun.objects.filter(exports=export).exists():
        return False
    merchant = export.merchant
    shop = harmless(merchant.trade_name, 60) if merchant else "Quittance"
    page = f"/books/{merchant.pk}/exports/" if merchant else "/books/inbound/"
    form = FORMATS.get(export.name) or PLATFORM_FORMATS[export.name]
    ready = export.state == Export.State.READY
    what = f"{export.rows} rows are in it." if ready else export.problem
    Notice.objects.create(
        to=export.requested_by.email,
        subject=f"{shop}: the export of {export.period} {'is ready' if ready else 'could not be made'}",
        body=f"{shop}, {export.period}\n{form.label}\n\n{what}\n\n{settings.BASE_URL}{page}\n\n"
        "We never send the file itself. You asked for it and it took more than a minute.\n",
    )
    ring(task="base.tasks.send_notices")
    return True
