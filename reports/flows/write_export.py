"""Write one export's files: the data and its `datapackage.json`, or nothing at all.

Rows, their sums and the ledger are read in one snapshot. Promise: a file stands under its final name only
when it is whole, on the disk, and equal to the ledger; whatever happens before leaves no file behind.
"""

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from reports.core.file_names import file_stem
from reports.core.periods import Period
from reports.core.seals import LedgerState
from reports.core.totals import Totals
from reports.flows.keep_files import keep_files
from reports.formats import FORMATS
from reports.formats.base import About, Written
from reports.queries.books import merchant_of
from reports.queries.snapshot import snapshot
from reports.queries.sources import Books, Progress
from taxes.queries import RATE_TABLE_VERSION

# Seconds, for each of the statements: a little less than a worker has for all (`reports.tasks`).
LONGEST_STATEMENT = 840


@dataclass(frozen=True, slots=True)
class Files:
    """What lies in the folder now. file_name: under which the data is handed out.

    stream_sha256: of the rows that it was made of, whatever the format.
    """

    data: Path
    package: Path
    written: Written
    file_name: str
    totals: Totals
    stream_sha256: str


def write_export(
    *,
    merchant_id: UUID,
    period: Period,
    name: str,
    folder: Path,
    file_name: str = "",
    ledger: LedgerState | None = None,
    seconds: int = LONGEST_STATEMENT,
    progress: Progress | None = None,
) -> Files:
    """Write `<sha256><ending>` and `<sha256>.datapackage.json` into `folder`.

    file_name: what the data is called in its description (default: shop, period and kind of file).
    ledger: of a sealed period, what the ledger held at the close, for the description.
    seconds: how long the rows may take to read and write.
    progress: where to say how far it is.
    Raises ExportDoesNotFoot when rows and ledger disagree, OSError when the disk is full or gone.
    """
    form = FORMATS[name]
    merchant = merchant_of(merchant_id)
    stem = file_stem(merchant.trade_name, merchant.pk, period.label, form.file_stem)
    file_name = file_name or f"{stem}{form.ending}"
    about = About(merchant.legal_name, merchant.country, period, RATE_TABLE_VERSION, ledger)
    folder.mkdir(parents=True, exist_ok=True)
    with snapshot(seconds=seconds) as cursor:
        source = Books(cursor, merchant, about, folder, progress or Progress())
        kept = keep_files(form=form, source=source, folder=folder, file_name=file_name)
    return Files(*kept, file_name, source.totals, source.stream_sha256)
