"""A file that is hashed and counted as it is written, so that nobody has to read it again."""

import hashlib
from typing import IO

from reports.formats.base import Written


class Hashed:
    """Passes bytes on to `out`."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out, self._digest, self._size = out, hashlib.sha256(), 0

    def write(self, data: bytes) -> None:
        self._out.write(data)
        self._digest.update(data)
        self._size += len(data)

    def written(self, rows: int) -> Written:
        return Written(rows, self._size, self._digest.hexdigest())
