"""What every print sheet is: a link and some plain text in, one file out.

A sheet is one module of this folder with a `draw` function, and one line in `SHEETS`
(`merchants/sheets/__init__.py`). Pure: no clock, no settings; equal input gives equal bytes.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Protocol

from merchants.core.picture import Picture
from merchants.sheets.pdf_pages import page_picture


@dataclass(frozen=True)
class SheetText:
    """What a sheet says: plain text, never markup, never taken from a QR code; and the shop's logo.

    place: "Torstraße 12, 10119 Berlin". label: "Counter". till: "Till 3" or "".
    check_words: what the payer's page shows too (merchants.core.words.words_of).
    instruction: one sentence in each of the branch's languages, the first is printed large.
    code_note: what happens, "Opens pay.example.com. No app needed."
    language: BCP 47 tag of the branch's first language ("de"): the sheet's fixed sentences.
    logo: stands by the trade name on sheets with words; a bare code (SVG, PNG) has none.
    """

    trade_name: str
    place: str
    label: str
    till: str
    check_words: tuple[str, str]
    instruction: tuple[str, ...]
    code_note: str
    language: str
    logo: Picture | None = None


@dataclass(frozen=True)
class Sheet:
    """One finished file. file_name is plain ASCII, safe in a header and on any disk."""

    content: bytes
    media_type: str
    file_name: str

    def in_small(self, *, width: int, height: int) -> "Sheet":
        """The first page of a PDF as a PNG within so many dots."""
        assert self.media_type == "application/pdf", "other sheets are pictures already"
        return Sheet(page_picture(self.content, width=width, height=height), "image/png", self.file_name)


class SheetPlug(Protocol):
    """A module (or object) that draws one kind of sheet. title: what its button says."""

    title: str

    def draw(self, link: str, text: SheetText) -> Sheet:
        """The sheet with `link` as its QR code."""
        ...


def title_of(text: SheetText) -> str:
    """For a file's title: "Café Morgenrot · Counter · Till 3"; control and invisible characters left out."""
    parts = (one_line(part) for part in (text.trade_name, text.label, text.till))
    return " · ".join("".join(c for c in part if unicodedata.category(c)[0] != "C") for part in parts if part)


def one_line(text: str) -> str:
    """Composed (NFC) and with every run of white space, line breaks too, as one blank."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def file_name(text: SheetText, ending: str) -> str:
    """As "quittance-cafe-morgenrot-counter.pdf": accents dropped, other scripts left out, 64 characters."""
    plain = (
        unicodedata.normalize("NFKD", f"{text.trade_name} {text.label} {text.till}")
        .encode("ascii", "ignore")
        .decode()
    )
    words = re.findall(r"[a-z0-9]+", plain.lower())
    return "-".join(["quittance", *words])[:60].rstrip("-") + ending
