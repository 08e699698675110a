"""A file that is not there until it is whole: written under a passing name, then given its own."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

PART = ".part"


@contextmanager
def part_file(*, folder: Path) -> Iterator[IO[bytes]]:
    """A file under a passing name, gone at the end unless `keep_part` gave it its final one."""
    with tempfile.NamedTemporaryFile(dir=folder, suffix=PART, delete=False) as part:
        try:
            yield part
        finally:
            Path(part.name).unlink(missing_ok=True)


def keep_part(*, part: IO[bytes], final: Path) -> Path:
    """Have the bytes on the disk first and the name second: after a power cut there is no half file."""
    part.flush()
    os.fsync(part.fileno())
    os.replace(part.name, final)
    return final


def sync_folder(*, folder: Path) -> None:
    """Have the names on the disk too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
