"""Build one queued export, once, however often it is rung for.

The row is claimed by a conditional UPDATE and carries a lease, which the builder renews every few seconds:
one that was killed loses it soon, and the next scan takes the export up again. An export that does not add up
to the ledger, that the disk refuses or that takes too long has failed and says so in a sentence.
"""

import logging
import shutil
from datetime import datetime, timedelta
from uuid import UUID

from celery.exceptions import SoftTimeLimitExceeded
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Greatest

from base.flows.retry import may_repeat
from base.ids import database_now
from reports.core.periods import Period
from reports.core.seals import LedgerState
from reports.core.totals import ExportDoesNotFoot
from reports.flows.keep_telling import keep_telling
from reports.flows.part_file import PART
from reports.flows.tell_asker import tell_asker
from reports.flows.write_export import LONGEST_STATEMENT, Files, write_export
from reports.flows.write_platform_export import write_platform_export
from reports.formats.data_package import SCHEMA_VERSION
from reports.models import Export
from reports.queries.sources import Progress
from taxes.queries import RATE_TABLE_VERSION

# Since the builder last said that it lives, which it does every three seconds. Should it be alive after all
# (its machine stood still), it has no say any more: there are two builders then, and one file.
LEASE = timedelta(seconds=90)
QUERY_CANCELED = "57014"
DOES_NOT_FOOT = (
    "The rows of this period do not add up to the ledger, so no file was made. The operator has been warned; "
    "nothing is wrong with what you did."
)
NO_ROOM = "The file could not be written to the disk, so there is none. Make the export again later."
TOO_LONG = (
    f"The file was not ready after {LONGEST_STATEMENT // 60} minutes, so it was given up and there is none. "
    "Choose a shorter period, or the CSV, which is the quickest. The operator can make any file without this "
    "limit."
)
UNKNOWN = "Something went wrong while the file was written, so there is none. Make the export again later."
log = logging.getLogger(__name__)


def build_export(*, export_id: UUID) -> bool:
    """Build if it is due; True when this call has finished the export (ready or failed)."""
    claimed_at = database_now()
    if not due(claimed_at).filter(pk=export_id).update(state=Export.State.BUILDING, started_at=claimed_at):
        return False
    export = Export.objects.select_related("closing").get(pk=export_id)
    mine = Export.objects.filter(pk=export_id, state=Export.State.BUILDING, started_at=claimed_at)
    progress = Progress()
    try:
        with keep_telling(mine=mine, progress=progress):
            changes = _build(export, progress)
    except ExportDoesNotFoot as found:
        log.error("export %s does not foot: %s", export_id, found)
        changes = {"state": Export.State.FAILED, "problem": DOES_NOT_FOOT}
    except OSError as error:
        log.error("export %s not written: %s", export_id, error)
        changes = {"state": Export.State.FAILED, "problem": NO_ROOM}
    except Exception as error:
        if _took_too_long(error):
            log.error("export %s took too long, at row %s of %s", export_id, progress.rows, progress.total)
            return _finish(mine, {"state": Export.State.FAILED, "problem": TOO_LONG})
        # Where only the database was away the lease ends, and the next scan builds it.
        if not (isinstance(error, OperationalError | InterfaceError) and may_repeat(error)):
            _finish(mine, {"state": Export.State.FAILED, "problem": UNKNOWN})
        raise
    return _finish(mine, changes)


def _took_too_long(error: Exception) -> bool:
    """Whether the worker's time is over, or the database's for one statement."""
    canceled = getattr(error.__cause__, "sqlstate", None) == QUERY_CANCELED
    return canceled or isinstance(error, SoftTimeLimitExceeded)


def due(now: datetime) -> QuerySet[Export]:
    """Exports that wait, and those whose builder is gone."""
    lapsed = Q(state=Export.State.BUILDING, heard_at__lt=now - LEASE)
    found = Export.objects.alias(heard_at=Greatest("started_at", "told_at"))
    return found.filter(Q(state=Export.State.QUEUED) | lapsed)


def _build(export: Export, progress: Progress) -> dict[str, object]:
    for left_behind in export.folder.glob(f"*{PART}"):
        if left_behind.is_dir():
            shutil.rmtree(left_behind, ignore_errors=True)
        else:
            left_behind.unlink(missing_ok=True)
    period = Period(export.period, export.starts_at, export.ends_at, export.time_zone)
    if export.merchant_id is None:
        files = write_platform_export(period=period, name=export.name, folder=export.folder)
    else:
        files = _of_merchant(export, export.merchant_id, period, progress)
    return {
        "state": Export.State.READY,
        "file_name": files.file_name,
        "sha256": files.written.sha256,
        "rows": files.written.rows,
        "totals": files.totals.columns,
        "schema_version": SCHEMA_VERSION,
        "rate_table": RATE_TABLE_VERSION,
    }


def _of_merchant(export: Export, merchant_id: UUID, period: Period, progress: Progress) -> Files:
    """Of a sealed period too: then it must say what its closing said."""
    closing, sealed = export.closing, None
    if closing:
        sealed = LedgerState(closing.journals, closing.ledger_head, closing.ledger_sha256)
    files = write_export(
        merchant_id=merchant_id,
        period=period,
        name=export.name,
        folder=export.folder,
        ledger=sealed,
        progress=progress,
    )
    if closing and (files.totals.rows, files.totals.columns) != (closing.rows, closing.totals):
        raise ExportDoesNotFoot([f"closed with {closing.rows} rows, {closing.totals}"])
    return files


def _finish(mine: QuerySet[Export], changes: dict[str, object]) -> bool:
    """Only the holder of the lease says how it ended."""
    with transaction.atomic():
        export = mine.select_related("merchant", "requested_by").select_for_update(of=("self",)).first()
        if export is None:
            return False
        mine.update(**changes, ended_at=database_now())
        export.refresh_from_db()
        tell_asker(export=export)
    return True
