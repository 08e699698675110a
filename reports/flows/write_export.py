"""Write one export's files: the data and its `datapackage.json`, or nothing at all.

Rows, their sums and the ledger are read in one snapshot. Promise: a file stands under its final name only
when it is whole, on the disk, and equal to the ledger; whatever happens before leaves no file behind.
"""

import os
import re
import tempfile
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from uuid import UUID

from merchants.models import Merchant
from reports.core.periods import Period
from reports.core.seals import LedgerState
from reports.core.totals import ExportDoesNotFoot, Totals, check_foots, total_up
from reports.formats import FORMATS
from reports.formats.base import About, Written
from reports.queries.books import merchant_of
from reports.queries.ledger import movements_of
from reports.queries.rows import row_blocks, sums_of
from reports.queries.snapshot import snapshot
from taxes.queries import RATE_TABLE_VERSION

PART = ".part"
PACKAGE_ENDING = ".datapackage.json"


@dataclass(frozen=True, slots=True)
class Files:
    """What lies in the folder now. file_name: under which the data is handed out."""

    data: Path
    package: Path
    file_name: str
    written: Written
    totals: Totals


def write_export(
    *,
    merchant_id: UUID,
    period: Period,
    name: str,
    folder: Path,
    file_name: str = "",
    ledger: LedgerState | None = None,
) -> Files:
    """Write `<sha256><ending>` and `<sha256>.datapackage.json` into `folder`.

    file_name: what the data is called in its description (default: shop, month and kind of file).
    ledger: of a sealed period, what the ledger held at the close, for the description.
    Raises ExportDoesNotFoot when rows and ledger disagree, OSError when the disk is full or gone.
    """
    form = FORMATS[name]
    merchant = merchant_of(merchant_id)
    file_name = file_name or f"quittance-{_slug(merchant)}-{period.label}-{form.file_stem}{form.ending}"
    folder.mkdir(parents=True, exist_ok=True)
    with _part(folder) as data:
        with snapshot() as cursor:
            totals = total_up(sums_of(cursor, merchant.pk, period))
            check_foots(totals, movements_of(cursor, merchant.pk, period))
            written = form.write(row_blocks(cursor, merchant.pk, period), data)
        if written.rows != totals.rows:
            raise ExportDoesNotFoot([f"rows: {written.rows} written, {totals.rows} counted"])
        about = About(merchant.legal_name, merchant.country, period, RATE_TABLE_VERSION, ledger)
        with _part(folder) as package:
            package.write(form.describe(file_name, written, about, totals))
            described = _keep(package, folder / f"{written.sha256}{PACKAGE_ENDING}")
            kept = _keep(data, folder / f"{written.sha256}{form.ending}")
    _sync_folder(folder)
    return Files(kept, described, file_name, written, totals)


def _slug(merchant: Merchant) -> str:
    """ "cafe-morgenrot": plain ASCII for headers and disks; the id's end where nothing is left."""
    plain = unicodedata.normalize("NFKD", merchant.trade_name).encode("ascii", "ignore").decode()
    return "-".join(re.findall(r"[a-z0-9]+", plain.lower()))[:40].strip("-") or str(merchant.pk)[-12:]


@contextmanager
def _part(folder: Path) -> Iterator[IO[bytes]]:
    """A file under a passing name, gone at the end unless `_keep` gave it its final one."""
    with tempfile.NamedTemporaryFile(dir=folder, suffix=PART, delete=False) as part:
        try:
            yield part
        finally:
            Path(part.name).unlink(missing_ok=True)


def _keep(part: IO[bytes], final: Path) -> Path:
    """Have the bytes on the disk first and the name second: after a power cut there is no half file."""
    part.flush()
    os.fsync(part.fileno())
    os.replace(part.name, final)
    return final


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
