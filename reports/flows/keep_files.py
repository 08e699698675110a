"""Keep an export's two files, the data and its `datapackage.json`, or nothing at all.

Promise: a file stands under its final name only when it is whole, on the disk, and its source has agreed that
all of it was read and foots; whatever happens before leaves no file behind.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TypeVar

from reports.formats.base import Checked, Format, Written

PART = ".part"
PACKAGE_ENDING = ".datapackage.json"
S = TypeVar("S", bound=Checked)


def keep_files(*, form: Format[S], source: S, folder: Path, file_name: str) -> tuple[Path, Path, Written]:
    """Write `<sha256><ending>` and `<sha256>.datapackage.json` into `folder`; where they lie.

    Raises ExportDoesNotFoot, OSError when the disk is full or gone.
    """
    with _part(folder) as data:
        written = form.write(source, data)
        source.check(written)
        with _part(folder) as package:
            package.write(form.describe(file_name, written, source))
            described = _keep(package, folder / f"{written.sha256}{PACKAGE_ENDING}")
            kept = _keep(data, folder / f"{written.sha256}{form.ending}")
    _sync_folder(folder)
    return kept, described, written


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
