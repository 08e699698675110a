"""A line of text as runs of one font each, from left to right as they are printed, with their widths.

Plain letters are handed to the PDF as text. Letters that join, stack or change places (Arabic, Devanagari,
Thai, Hebrew) are shaped by HarfBuzz and become glyphs with their places. Lengths are in ems.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

import uharfbuzz
from bidi import get_base_level, get_display
from bidi.mirror import MIRRORED

from merchants.sheets.faces import BOLD, SANS, Face, face_of, font_of, runs_leftwards, shaper_of

# (x, y) of a glyph's points in units of its font: "m" moves, "l" a line, "c" a curve, "z" closes.
Outline = tuple[tuple[str, tuple[float, ...]], ...]

_FOLLOWER = "\u034f"  # combining grapheme joiner: takes the direction of what it follows; never printable
_BRACKETS = re.escape("".join(MIRRORED))
_MARKED = re.compile(f"([{_BRACKETS}]){_FOLLOWER}|{_FOLLOWER}([{_BRACKETS}])")

_ABOVE, _BELOW = 0.93, 0.25  # DejaVu's, and room for Vietnamese capitals with two marks


@dataclass(frozen=True)
class Glyph:
    """One shape, its origin in units of the font from the run's origin."""

    index: int
    x: float
    y: float


@dataclass(frozen=True)
class Run:
    """Letters of one font.

    text: from left to right, as a PDF stores it. glyphs: for a shaped run, else empty. units: to an em.
    thicker: the font has no bold, so its letters are. above, below: how far the ink may reach.
    misplaced: characters that the script does not allow where they stand.
    """

    face: Face
    weight: str
    text: str
    width: float
    glyphs: tuple[Glyph, ...] = ()
    units: int = 1000
    thicker: bool = False
    above: float = _ABOVE
    below: float = _BELOW
    misplaced: tuple[str, ...] = ()

    @property
    def font(self) -> str:
        """Its name in reportlab's list."""
        return str(font_of(self.face, self.weight).fontName)


def reads_leftwards(text: str) -> bool:
    """The direction of a whole text, by its first letter that has one."""
    return any(map(runs_leftwards, text)) and get_base_level(text) == 1


@lru_cache(maxsize=4096)
def runs_of(line: str, weight: str, leftwards: bool = False) -> tuple[Run, ...]:
    """The runs of a line from left to right. leftwards: the text that the line is of reads so."""
    runs = []
    for (face, turned), letters in groupby(
        _as_printed(line, leftwards), key=lambda c: (face_of(c) or SANS, runs_leftwards(c))
    ):
        text = "".join(letters)
        runs.append(_shaped(face, weight, text, turned) if face.block else _plain(face, weight, text))
    return tuple(runs)


@lru_cache(maxsize=16384)
def width_of(line: str, weight: str) -> float:
    """In ems; the order of the runs does not change it."""
    return sum(run.width for run in runs_of(line, weight))


def _as_printed(line: str, leftwards: bool) -> str:
    """The characters in their order on paper (Unicode's UAX 9), brackets turned where one reads leftwards.

    get_display tells the order but not the direction. So each bracket gets an invisible follower: where the
    text is read leftwards it comes out before its bracket, else after it.
    """
    if not leftwards and not any(map(runs_leftwards, line)):
        return line
    marked = "".join(c + _FOLLOWER if c in MIRRORED else c for c in line)
    printed = get_display(marked, base_dir="R" if leftwards else "L")
    return _MARKED.sub(lambda found: found[1] or MIRRORED[found[2]], printed)


def _plain(face: Face, weight: str, text: str) -> Run:
    width = font_of(face, weight).stringWidth(text, 1)
    return Run(face, weight, text, width, thicker=weight == BOLD and face.bold is None)


def _shaped(face: Face, weight: str, text: str, turned: bool) -> Run:
    """turned: `text` is in the order of the paper, and is read from its end."""
    font = shaper_of(face, weight)
    written = text[::-1] if turned else text
    buffer = uharfbuzz.Buffer()
    buffer.add_str(written)
    buffer.direction = "rtl" if turned else "ltr"
    buffer.script, buffer.language = face.script, face.language
    buffer.cluster_level = uharfbuzz.BufferClusterLevel.CHARACTERS  # a glyph tells its own character
    uharfbuzz.shape(font, buffer)
    pen, glyphs, tops, feet, misplaced = 0, [], [0.0], [0.0], []
    for info, place in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        glyphs.append(Glyph(info.codepoint, pen + place.x_offset, place.y_offset))
        pen += place.x_advance
        if ink := font.get_glyph_extents(info.codepoint):
            tops.append(place.y_offset + ink.y_bearing)
            feet.append(place.y_offset + ink.y_bearing + ink.height)
        if info.codepoint in (0, font.get_nominal_glyph(0x25CC)):  # no glyph, or a mark without its letter
            misplaced.append(written[info.cluster])
    units = font.face.upem
    return Run(
        face,
        weight,
        text,
        width=pen / units,
        glyphs=tuple(glyphs),
        units=units,
        above=max(_ABOVE, max(tops) / units),
        below=max(_BELOW, -min(feet) / units),
        misplaced=tuple(misplaced),
    )


def loose_marks(text: str) -> set[str]:
    """Marks that have no letter of their own script before them, or more than three others."""
    found, base, marks = set(), None, 0
    for c in text:
        if unicodedata.category(c)[0] != "M":
            base, marks = face_of(c), 0
        elif marks == 4 or base is None or face_of(c) != base:
            found.add(c)
        else:
            marks += 1
    return found


@lru_cache(maxsize=2048)
def outline_of(face: Face, weight: str, index: int) -> Outline:
    """The shape of a glyph; a font's quadratic curves as the cubic ones of a PDF."""
    pen = _Pen()
    shaper_of(face, weight).draw_glyph_with_pen(index, pen)
    return tuple(pen.path)


class _Pen:
    """Receives a glyph's outline from HarfBuzz, which names these methods."""

    def __init__(self) -> None:
        self.path: list[tuple[str, tuple[float, ...]]] = []
        self._at = (0.0, 0.0)

    def moveTo(self, point: tuple[float, float]) -> None:
        self.path.append(("m", point))
        self._at = point

    def lineTo(self, point: tuple[float, float]) -> None:
        self.path.append(("l", point))
        self._at = point

    def qCurveTo(self, pull: tuple[float, float], point: tuple[float, float]) -> None:
        (x0, y0), (x1, y1), (x2, y2) = self._at, pull, point
        first, second = (x0 + 2 * x1, y0 + 2 * y1), (x2 + 2 * x1, y2 + 2 * y1)
        self.path.append(("c", tuple(round(value / 3, 1) for value in (*first, *second)) + point))
        self._at = point

    def curveTo(self, *points: tuple[float, float]) -> None:
        raise AssertionError("a glyf font has quadratic curves only")

    def closePath(self) -> None:
        self.path.append(("z", ()))
