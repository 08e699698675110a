"""What every QR standard is: facts of a code in, the text to be drawn out.

A standard is one module of this folder with a `payload` function, and one line in `STANDARDS`
(`merchants/qr/__init__.py`). Pure: no clock, no settings, no network.
"""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Code:
    """The facts a payload may carry; each standard takes what it has a field for.

    base_url: where our pages are, "https://pay.example.com": a setting, never a request's host.
    token: our signed token of the code (merchants.qr.link.make_token).
    """

    base_url: str
    token: str


class Standard(Protocol):
    """A module (or object) that writes one kind of payload."""

    def payload(self, code: Code) -> str:
        """The exact text to draw as a QR code."""
        ...
