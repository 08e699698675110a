"""Build one queued export, once, however often it is rung for.

The row is claimed by a conditional UPDATE and carries a lease: a builder that was killed loses it when no
worker can be alive on it any more, and the next scan takes the export up again. An export that does not
add up to the ledger, or that the disk refuses, has failed and says so in a sentence.
"""

import logging
import shutil
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.db.models import Q, QuerySet

from base.flows.retry import may_repeat
from base.ids import database_now
from reports.core.periods import Period
from reports.core.seals import LedgerState
from reports.core.totals import ExportDoesNotFoot
from reports.flows.part_file import PART
from reports.flows.write_export import Files, write_export
from reports.flows.write_platform_export import write_platform_export
from reports.formats.data_package import SCHEMA_VERSION
from reports.models import Export
from taxes.queries import RATE_TABLE_VERSION

# A task is ended by force before its lease is over, so an export never has two live builders.
LEASE = timedelta(seconds=settings.CELERY_TASK_TIME_LIMIT + 30)
DOES_NOT_FOOT = (
    "The rows of this period do not add up to the ledger, so no file was made. The operator has been warned; "
    "nothing is wrong with what you did."
)
NO_ROOM = "The file could not be written to the disk, so there is none. Make the export again later."
UNKNOWN = "Something went wrong while the file was written, so there is none. Make the export again later."
log = logging.getLogger(__name__)


def build_export(*, export_id: UUID) -> bool:
    """Build if it is due; True when this call has finished the export (ready or failed)."""
    claimed_at = database_now()
    if not due(claimed_at).filter(pk=export_id).update(state=Export.State.BUILDING, started_at=claimed_at):
        return False
    export = Export.objects.select_related("closing").get(pk=export_id)
    try:
        changes = _build(export)
    except ExportDoesNotFoot as found:
        log.error("export %s does not foot: %s", export_id, found)
        changes = {"state": Export.State.FAILED, "problem": DOES_NOT_FOOT}
    except OSError as error:
        log.error("export %s not written: %s", export_id, error)
        changes = {"state": Export.State.FAILED, "problem": NO_ROOM}
    except Exception as error:
        # Where only the database was away the lease ends, and the next scan builds it.
        if not (isinstance(error, OperationalError | InterfaceError) and may_repeat(error)):
            _finish(export, claimed_at, {"state": Export.State.FAILED, "problem": UNKNOWN})
        raise
    return _finish(export, claimed_at, changes)


def due(now: datetime) -> QuerySet[Export]:
    """Exports that wait, and those whose builder is gone."""
    lapsed = Q(state=Export.State.BUILDING, started_at__lt=now - LEASE)
    return Export.objects.filter(Q(state=Export.State.QUEUED) | lapsed)


def _build(export: Export) -> dict[str, object]:
    for left_behind in export.folder.glob(f"*{PART}"):
        if left_behind.is_dir():
            shutil.rmtree(left_behind, ignore_errors=True)
        else:
            left_behind.unlink(missing_ok=True)
    period = Period(export.period, export.starts_at, export.ends_at, export.time_zone)
    if export.merchant_id is None:
        files = write_platform_export(period=period, name=export.name, folder=export.folder)
    else:
        files = _of_merchant(export, export.merchant_id, period)
    return {
        "state": Export.State.READY,
        "file_name": files.file_name,
        "sha256": files.written.sha256,
        "rows": files.written.rows,
        "totals": files.totals.columns,
        "schema_version": SCHEMA_VERSION,
        "rate_table": RATE_TABLE_VERSION,
    }


def _of_merchant(export: Export, merchant_id: UUID, period: Period) -> Files:
    """Of a sealed period too: then it must say what its closing said."""
    closing, sealed = export.closing, None
    if closing:
        sealed = LedgerState(closing.journals, closing.ledger_head, closing.ledger_sha256)
    files = write_export(
        merchant_id=merchant_id, period=period, name=export.name, folder=export.folder, ledger=sealed
    )
    if closing and (files.totals.rows, files.totals.columns) != (closing.rows, closing.totals):
        raise ExportDoesNotFoot([f"closed with {closing.rows} rows, {closing.totals}"])
    return files


def _finish(export: Export, claimed_at: datetime, changes: dict[str, object]) -> bool:
    """Only the holder of the lease says how it ended."""
    mine = Export.objects.filter(pk=export.pk, state=Export.State.BUILDING, started_at=claimed_at)
    return bool(mine.update(**changes, ended_at=database_now()))
