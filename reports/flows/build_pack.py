"""Build one queued answer pack, once, however often it is rung for.

The row is claimed by a conditional UPDATE and carries a lease, as an export's does: a builder that was killed
loses it when it can no longer be alive, and the next scan builds the pack anew.
"""

import logging
from dataclasses import astuple
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.db.models import Q, QuerySet

from base.flows.retry import may_repeat
from base.ids import database_now
from reports.core.answer import AnswerDoesNotFoot
from reports.flows.part_file import PART
from reports.flows.write_answer import write_answer
from reports.models import AnswerPack

# A task is ended by force before its lease is over, so a pack never has two live builders.
LEASE = timedelta(seconds=settings.CELERY_TASK_TIME_LIMIT + 30)
DOES_NOT_FOOT = (
    "The receipts of this period do not add up to the ledger, so no answer was made. The operator has been "
    "warned; nothing is wrong with what you did."
)
NO_ROOM = "The files could not be written to the disk, so there are none. Make the answer again later."
UNKNOWN = "Something went wrong while the answer was made, so there is none. Make it again later."
log = logging.getLogger(__name__)


def build_pack(*, pack_id: UUID) -> bool:
    """Build if it is due; True when this call has finished the pack (ready or failed)."""
    claimed_at = database_now()
    claim = {"state": AnswerPack.State.BUILDING, "started_at": claimed_at, "receipts_done": 0}
    if not due(claimed_at).filter(pk=pack_id).update(**claim):
        return False
    pack = AnswerPack.objects.select_related("asked_by").get(pk=pack_id)
    mine = AnswerPack.objects.filter(pk=pack_id, state=AnswerPack.State.BUILDING, started_at=claimed_at)
    try:
        changes = _build(pack, mine)
    except AnswerDoesNotFoot as found:
        log.error("answer pack %s does not foot: %s", pack_id, found)
        changes = {"state": AnswerPack.State.FAILED, "problem": DOES_NOT_FOOT}
    except OSError as error:
        log.error("answer pack %s not written: %s", pack_id, error)
        changes = {"state": AnswerPack.State.FAILED, "problem": NO_ROOM}
    except Exception as error:
        # Where only the database was away the lease ends, and the next scan builds it.
        if not (isinstance(error, OperationalError | InterfaceError) and may_repeat(error)):
            mine.update(state=AnswerPack.State.FAILED, problem=UNKNOWN, ended_at=database_now())
        raise
    return bool(mine.update(**changes, ended_at=database_now()))


def due(now: datetime) -> QuerySet[AnswerPack]:
    """Packs that wait, and those whose builder is gone."""
    lapsed = Q(state=AnswerPack.State.BUILDING, started_at__lt=now - LEASE)
    return AnswerPack.objects.filter(Q(state=AnswerPack.State.QUEUED) | lapsed)


def _build(pack: AnswerPack, mine: QuerySet[AnswerPack]) -> dict[str, object]:
    for left_behind in pack.folder.glob(f"*{PART}"):
        left_behind.unlink(missing_ok=True)
    files = write_answer(
        pack=pack, told=lambda done, total: mine.update(receipts_done=done, receipts_total=total)
    )
    return {
        "state": AnswerPack.State.READY,
        "csv_sha256": files.csv_sha256,
        "pdf_sha256": files.pdf_sha256,
        "receipts_done": files.receipts,
        "receipts_total": files.receipts,
        "result": {
            "candidates": [astuple(one) for one in files.candidates],
            "corrections": [files.corrections.receipts, files.corrections.tax_minor],
            "provisional": astuple(files.provisional),
        },
    }
