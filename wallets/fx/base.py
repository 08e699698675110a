"""What a source of rates promises."""

from datetime import date
from typing import Protocol

from wallets.core.fx_file import RateFile


class RateSource(Protocol):
    """Reads the files of one source."""

    most_bytes: int

    def read(self, content: bytes, *, latest: date) -> RateFile:
        """The rates of a file, whole or not at all. latest: the last day that a rate may be of.

        Refused: fx_file_invalid (400); the sentence, or its fact `errors`, names the line.
        """
        ...
