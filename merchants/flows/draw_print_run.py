"""Draw one waiting print run, once, however often it is rung for.

The row is claimed by a conditional UPDATE and carries a lease: a worker that was killed loses it when it can
no longer be alive, and the next scan draws the run anew.
"""

import logging
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.db.models import Q, QuerySet

from base.core.errors import Refused
from base.flows.retry import may_repeat
from base.ids import database_now
from merchants.models import PrintRun
from merchants.queries import (
    codes_of_run,
    link_of,
)
from merchants.queries.logos import logo_picture
from merchants.queries.sheets import sheet_text
from merchants.sheets import LAYOUTS
from merchants.sheets.drawing import pages

# A task is ended by force before its lease is over, so a run never has two live workers.
LEASE = timedelta(seconds=settings.CELERY_TASK_TIME_LIMIT + 30)
UNKNOWN = "Something went wrong while this was drawn, so there is no file. Print each code by itself."
log = logging.getLogger(__name__)


def draw_print_run(*, run_id: UUID) -> bool:
    """Draw if it is due; True when this call has finished the run (ready or failed)."""
    claimed_at = database_now()
    claim = {"state": PrintRun.State.DRAWING, "started_at": claimed_at, "drawn": 0}
    if not due(claimed_at).filter(pk=run_id).update(**claim):
        return False
    run = PrintRun.objects.select_related("merchant").get(pk=run_id)
    mine = PrintRun.objects.filter(pk=run_id, state=PrintRun.State.DRAWING, started_at=claimed_at)
    try:
        changes = _draw(run, mine)
    except Refused as no:
        changes = {"state": PrintRun.State.FAILED, "problem": no.message[:200]}
    except Exception as error:
        # Where only the database was away the lease ends, and the next scan draws it.
        if not (isinstance(error, OperationalError | InterfaceError) and may_repeat(error)):
            mine.update(state=PrintRun.State.FAILED, problem=UNKNOWN, ended_at=database_now())
        raise
    return bool(mine.update(**changes, ended_at=database_now()))


def due(now: datetime) -> QuerySet[PrintRun]:
    """Runs that wait, and those whose worker is gone."""
    lapsed = Q(state=PrintRun.State.DRAWING, started_at__lt=now - LEASE)
    return PrintRun.objects.filter(Q(state=PrintRun.State.QUEUED) | lapsed)


def draw_queued(*, limit: int = 3) -> int:
    """Draw up to `limit` runs that are due, oldest first; return how many were finished."""
    waiting = due(database_now()).order_by("id").values_list("pk", flat=True)[:limit]
    return sum(draw_print_run(run_id=run_id) for run_id in list(waiting))


def _draw(run: PrintRun, mine: QuerySet[PrintRun]) -> dict[str, object]:
    codes, logo = codes_of_run(run), logo_picture(run.merchant)
    content = pages(
        LAYOUTS[run.sheet],
        ((link_of(code), sheet_text(code, logo=logo)) for code in codes),
        title=f"{run.merchant.trade_name} · {run.total} codes",
        told=lambda drawn: mine.update(drawn=drawn),
    )
    return {
        "state": PrintRun.State.READY,
        "drawn": run.total,
        "content": content,
        "sha256": sha256(content).digest(),
        "file_name": f"quittance-{run.sheet}-{run.total}-codes.pdf",
    }
