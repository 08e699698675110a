"""Keep an export's two files, the data and its `datapackage.json`, or nothing at all.

Promise: a file stands under its final name only when it is whole, on the disk, and its source has agreed that
all of it was read and foots; whatever happens before leaves no file behind.
"""

from pathlib import Path
from typing import TypeVar

from reports.flows.part_file import keep_part, part_file, sync_folder
from reports.formats.base import Checked, Format, Written

PACKAGE_ENDING = ".datapackage.json"
S = TypeVar("S", bound=Checked)


def keep_files(*, form: Format[S], source: S, folder: Path, file_name: str) -> tuple[Path, Path, Written]:
    """Write `<sha256><ending>` and `<sha256>.datapackage.json` into `folder`; where they lie.

    Raises ExportDoesNotFoot, OSError when the disk is full or gone.
    """
    with part_file(folder=folder) as data:
        written = form.write(source, data)
        source.check(written)
        with part_file(folder=folder) as package:
            package.write(form.describe(file_name, written, source))
            described = keep_part(part=package, final=folder / f"{written.sha256}{PACKAGE_ENDING}")
            kept = keep_part(part=data, final=folder / f"{written.sha256}{form.ending}")
    sync_folder(folder=folder)
    return kept, described, written
