"""What every QR standard is: facts of a code in, the text to be drawn out, and that text read again.

A standard is one module of this folder with one line in `STANDARDS` (`merchants/qr/__init__.py`). It can do
what it has functions for: `payload` (Standard), `reads` and `decode` (Reader), `encode` (Writer). Pure: no
clock, no settings, no network.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable


@dataclass(frozen=True)
class Code:
    """The facts a payload may carry; each standard takes what it has a field for.

    base_url: where our pages are, "https://pay.example.com": a setting, never a request's host.
    token: our signed token of the code (merchants.qr.link.make_token).
    """

    base_url: str
    token: str


@runtime_checkable
class Standard(Protocol):
    """A module (or object) that writes one kind of payload."""

    def payload(self, code: Code) -> str:
        """The exact text to draw as a QR code."""
        ...


@dataclass(frozen=True)
class Decoded:
    """What a payload says.

    standard: its name in STANDARDS. profile: the national scheme inside, "" for none. fields: by the
    standard's own names or tags, in the order of the payload. crc_ok: true, or None where the format has no
    check sum (a wrong one is refused). warnings: what was let pass, each a sentence.
    """

    standard: str
    profile: str
    fields: Mapping[str, Any]
    crc_ok: bool | None = None
    warnings: tuple[str, ...] = field(default=())


@runtime_checkable
class Reader(Protocol):
    """A module that reads one kind of payload."""

    def reads(self, text: str) -> bool:
        """Whether `text` claims to be of this kind; a wrong one of it is then refused."""
        ...

    def decode(self, text: str) -> Decoded:
        """What it says. Refused `qr_malformed` or `qr_crc_wrong` (400) with facts position (the index of
        the character where it went wrong) and reason (a sentence)."""
        ...


@runtime_checkable
class Writer(Protocol):
    """A module that writes a payload from its fields, exactly as the standard says."""

    def encode(self, fields: Mapping[str, Any]) -> str:
        """The text to draw. Refused `qr_field_invalid` (400) with facts field and reason."""
        ...
