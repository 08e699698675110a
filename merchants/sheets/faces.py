"""The fonts of the sheets: which one a character is printed with, opened when it is first needed.

A font is chosen for a character by its place in Unicode alone, so that equal text always looks the same.
The four scripts below are shaped (`merchants/sheets/runs.py`); every other letter stands by itself.
"""

import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import RLock

import uharfbuzz
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfbase.ttfonts import TTFont

REGULAR, BOLD = "SheetRegular", "SheetBold"  # our own names: reportlab's list of fonts is one for all

_FILES = Path(__file__).parent / "fonts"
_LOADING = RLock()  # a font opened twice under one name would lose the letters of a sheet in the making
_RIGHT_TO_LEFT = {"R", "AL"}


@dataclass(frozen=True)
class Face:
    """One family. bold is None where there is none: the regular letters are then drawn thicker.

    block: the characters that are printed with it and shaped together, marks too; empty for plain letters.
    script, language: what the shaper is told (ISO 15924, BCP 47).
    """

    name: str
    regular: str
    bold: str | None
    block: range = range(0)
    script: str = ""
    language: str = ""


SANS = Face("", "DejaVuSans.ttf", "DejaVuSans-Bold.ttf")
HAN = Face("Han", "DroidSansFallbackFull.ttf", None)
SHAPED = (
    Face("Hebrew", SANS.regular, SANS.bold, range(0x0590, 0x0600), "Hebr", "he"),
    Face(
        "Arabic", "NotoSansArabic-Regular.ttf", "NotoSansArabic-Bold.ttf", range(0x0600, 0x0700), "Arab", "ar"
    ),
    Face(
        "Devanagari",
        "NotoSansDevanagari-Regular.ttf",
        "NotoSansDevanagari-Bold.ttf",
        range(0x0900, 0x0980),
        "Deva",
        "hi",
    ),
    Face("Thai", "NotoSansThai-Regular.ttf", "NotoSansThai-Bold.ttf", range(0x0E00, 0x0E80), "Thai", "th"),
)


def face_of(character: str) -> Face | None:
    """The font that prints this character in both weights, None when there is none."""
    code = ord(character)
    for face in SHAPED:
        if code in face.block:
            return face if code in _glyphs(face) else None
    if code in _glyphs(SANS):
        return SANS
    return HAN if code in _glyphs(HAN) else None


def runs_leftwards(character: str) -> bool:
    """Is this a letter or mark of a script that is written from right to left?"""
    kind = unicodedata.bidirectional(character)
    return kind in _RIGHT_TO_LEFT or (kind == "NSM" and 0x0590 <= ord(character) < 0x0700)


def can_print(character: str) -> bool:
    """Has a glyph, is no control, and no mark or right-to-left letter of a script that is not shaped."""
    if unicodedata.category(character)[0] == "C":
        return False
    face = face_of(character)
    if face is None or face.block:
        return face is not None
    # A loose mark would float, and a right-to-left letter would stand by itself, unjoined.
    return unicodedata.category(character)[0] != "M" and not runs_leftwards(character)


def font_of(face: Face, weight: str) -> TTFont:
    """The registered font, opened on first use. weight: REGULAR or BOLD."""
    return _font(face, REGULAR if face.bold is None else weight)


def shaper_of(face: Face, weight: str) -> uharfbuzz.Font:
    """HarfBuzz's view of the same file; lengths are in units of the font (`face.upem` to an em)."""
    return _shaper(_file(face, weight))


@cache
def _shaper(file: str) -> uharfbuzz.Font:
    return uharfbuzz.Font(uharfbuzz.Face((_FILES / file).read_bytes()))


def _file(face: Face, weight: str) -> str:
    return face.bold if weight == BOLD and face.bold else face.regular


_opened: dict[tuple[str, str], TTFont] = {}


def _font(face: Face, weight: str) -> TTFont:
    with _LOADING:
        if (face.name, weight) not in _opened:
            font = TTFont(weight + face.name, _FILES / _file(face, weight))
            registerFont(font)
            _opened[face.name, weight] = font
        return _opened[face.name, weight]


@cache
def _glyphs(face: Face) -> frozenset[int]:
    fonts = {id(font): font for font in (font_of(face, REGULAR), font_of(face, BOLD))}.values()
    return frozenset.intersection(*(frozenset(font.face.charToGlyph) for font in fonts))


for _weight in (REGULAR, BOLD):  # sheets name these two to reportlab themselves
    font_of(SANS, _weight)
