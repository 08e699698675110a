"""Words on paper: which characters we can print honestly, and how a text fills its box.

A character without a glyph would print as an empty box, a right-to-left name would print
reversed, and a name too long would run off the sheet: each is Refused, never printed wrong.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from reportlab.pdfbase.pdfmetrics import registerFont, stringWidth
from reportlab.pdfbase.ttfonts import TTFont

from base.core.errors import Refused
from merchants.sheets.base import one_line

REGULAR, BOLD = "SheetRegular", "SheetBold"  # our own names: reportlab's list of fonts is one for all
LEADING = 1.18  # line height in font sizes: room for Vietnamese capitals with two marks

_FILES = Path(__file__).parent / "fonts"
_FONTS = TTFont(REGULAR, _FILES / "DejaVuSans.ttf"), TTFont(BOLD, _FILES / "DejaVuSans-Bold.ttf")
for _font in _FONTS:
    registerFont(_font)
_GLYPHS = frozenset.intersection(*(frozenset(font.face.charToGlyph) for font in _FONTS))
_RIGHT_TO_LEFT = {"R", "AL", "AN"}


@dataclass(frozen=True)
class Lettering:
    """Lines that fit their box at `size` points."""

    lines: tuple[str, ...]
    font: str
    size: float

    @property
    def height(self) -> float:
        """Points from the top of the first line to the bottom of the last."""
        return len(self.lines) * self.size * LEADING


def printable(text: str) -> str:
    """`text` on one line, composed; Refused `sheet_script_unsupported` (422) names what cannot be printed.

    Needed of each character: a glyph in both weights, left-to-right, no control (a bidi override
    would turn the name around) and no mark that did not compose with its letter (it would float).
    """
    text = one_line(text)
    strange = sorted({c for c in text if not _can_print(c)})
    if strange:
        names = [f"U+{ord(c):04X} {unicodedata.name(c, 'unnamed')}" for c in strange[:10]]
        raise Refused(
            "sheet_script_unsupported",
            f"The poster cannot print these characters: {', '.join(names)}. Write the text in Latin, Greek or"
            " Cyrillic letters, or take the SVG or PNG code and set the words yourself.",
            status=422,
            characters=names,
        )
    return text


def _can_print(c: str) -> bool:
    drawable = ord(c) in _GLYPHS and unicodedata.category(c)[0] not in "CM"
    return drawable and unicodedata.bidirectional(c) not in _RIGHT_TO_LEFT


def fit(text: str, *, font: str, width: float, steps: Sequence[tuple[int, int, int]]) -> Lettering:
    """The largest lettering of `text` for a box `width` points wide.

    steps: (most lines, largest size, smallest size), tried in order, so that a short text stays on
    one line before it grows tall. Words stay whole, but for one wider than the box, which is cut
    at the last size. An empty text has no lines. Refused `sheet_text_too_long` (422) when even that
    is not enough.
    """
    words = text.split()
    if not words:
        return Lettering((), font, steps[0][1])
    for most, largest, smallest in steps:
        for size in range(largest, smallest - 1, -1):
            if all(stringWidth(word, font, size) <= width for word in words):
                lines = _wrapped(words, font, size, width)
                if len(lines) <= most:
                    return Lettering(_balanced(words, font, size, width, len(lines)), font, size)
    most, _, size = steps[-1]
    lines = _wrapped([part for word in words for part in _cut(word, font, size, width)], font, size, width)
    if len(lines) > most:
        raise Refused("sheet_text_too_long", f"This text is too long for the sheet: {text[:60]}…", status=422)
    return Lettering(tuple(lines), font, size)


def _wrapped(words: Sequence[str], font: str, size: float, width: float) -> list[str]:
    lines: list[str] = []
    for word in words:
        longer = f"{lines[-1]} {word}" if lines else ""
        if lines and stringWidth(longer, font, size) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _balanced(words: Sequence[str], font: str, size: float, width: float, count: int) -> tuple[str, ...]:
    """Equal lines instead of a full one and a single word: narrow the box while the count stays."""
    lines = _wrapped(words, font, size, width)
    widest_word = max(stringWidth(word, font, size) for word in words)
    while width * 0.95 >= widest_word and len(_wrapped(words, font, size, width * 0.95)) == count:
        width *= 0.95
        lines = _wrapped(words, font, size, width)
    return tuple(lines)


def _cut(word: str, font: str, size: float, width: float) -> list[str]:
    parts = [""]
    for c in word:
        if stringWidth(parts[-1] + c, font, size) > width:
            parts.append("")
        parts[-1] += c
    return parts
