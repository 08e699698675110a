"""Write one of the platform's own reports: all merchants, one snapshot, equal to the ledger, or nothing."""

from pathlib import Path

from reports.core.periods import Period
from reports.core.totals import Totals
from reports.flows.keep_files import keep_files
from reports.flows.write_export import LONGEST_STATEMENT, Files
from reports.formats import PLATFORM_FORMATS
from reports.queries.platform import PlatformBooks
from reports.queries.snapshot import snapshot


def write_platform_export(
    *, period: Period, name: str, folder: Path, file_name: str = "", seconds: int = LONGEST_STATEMENT
) -> Files:
    """As `write_export`, for a name of PLATFORM_FORMATS. Raises ExportDoesNotFoot, OSError."""
    form = PLATFORM_FORMATS[name]
    file_name = file_name or f"quittance-platform-{period.label}-{form.file_stem}{form.ending}"
    folder.mkdir(parents=True, exist_ok=True)
    with snapshot(seconds=seconds) as cursor:
        source = PlatformBooks(cursor, period, folder)
        data, package, written = keep_files(form=form, source=source, folder=folder, file_name=file_name)
    return Files(data, package, written, file_name, Totals(written.rows, {}, {}), source.stream_sha256)
