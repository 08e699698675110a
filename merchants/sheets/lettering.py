"""Words on paper: which characters we can print honestly, and how a text fills its box.

A character without a glyph would print as an empty box, a mark without its letter would float, and
a name too long would run off the sheet: each is Refused, never printed wrong.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from base.core.errors import Refused
from merchants.sheets.base import one_line
from merchants.sheets.breaks import clusters, pieces
from merchants.sheets.faces import BOLD, REGULAR, can_print
from merchants.sheets.runs import Run, loose_marks, reads_leftwards, runs_of, width_of

LEADING = 1.18  # of plain letters, in font sizes: what the steps of a sheet were measured with

__all__ = ["BOLD", "REGULAR", "Lettering", "fit", "printable"]


@dataclass(frozen=True)
class Lettering:
    """Lines that fit their box at `size` points. font: REGULAR or BOLD. leftwards: the text reads so."""

    lines: tuple[str, ...]
    font: str
    size: float
    leftwards: bool = False

    def runs(self, line: int) -> tuple[Run, ...]:
        """What is printed of a line, from left to right."""
        return runs_of(self.lines[line], self.font, self.leftwards)

    def width(self, line: int) -> float:
        """Of a line, in points."""
        return self.size * sum(run.width for run in self.runs(line))

    @property
    def above(self) -> float:
        """From the top of a line to the foot of its letters, in points."""
        return self.size * max((run.above for run in self._all()), default=0)

    @property
    def leading(self) -> float:
        """From line to line in points: as much as the tallest and the deepest letters need."""
        return self.above + self.size * max((run.below for run in self._all()), default=0)

    @property
    def height(self) -> float:
        """Points from the top of the first line to the bottom of the last."""
        return len(self.lines) * self.leading

    def _all(self) -> list[Run]:
        return [run for line in range(len(self.lines)) for run in self.runs(line)]


def printable(text: str) -> str:
    """`text` on one line, composed; Refused `sheet_script_unsupported` (422) names what cannot be printed.

    Needed of each character: a glyph in both weights, no control (a bidi override would turn the name
    around), and of a mark that it belongs to the letter before it.
    """
    text = one_line(text)
    strange = {c for c in text if not can_print(c)} or loose_marks(text)
    if not strange:
        strange = {c for run in runs_of(text, REGULAR) for c in run.misplaced}
    if strange:
        names = [f"U+{ord(c):04X} {unicodedata.name(c, 'unnamed')}" for c in sorted(strange)[:10]]
        raise Refused(
            "sheet_script_unsupported",
            f"The poster cannot print these characters: {', '.join(names)}. Write the text without them,"
            " or take the SVG or PNG code and set the words yourself.",
            status=422,
            characters=names,
        )
    return text


def fit(text: str, *, font: str, width: float, steps: Sequence[tuple[int, int, int]]) -> Lettering:
    """The largest lettering of `text` for a box `width` points wide.

    steps: (most lines, largest size, smallest size), tried in order, so that a short text stays on
    one line before it grows tall. Words stay whole (Chinese breaks between characters), but for one
    wider than the box, which is cut at the last size. Taller scripts get smaller letters rather than
    more room than plain ones would take. An empty text has no lines.
    Refused `sheet_text_too_long` (422) when even that is not enough.
    """
    parts, leftwards = pieces(text), reads_leftwards(text)
    room_below = LEADING * max(most * largest for most, largest, _ in steps) + 0.001
    if not parts:
        return Lettering((), font, steps[0][1])
    for most, largest, smallest in steps:
        for size in range(largest, smallest - 1, -1):
            room = width / size
            if all(width_of(part.rstrip(), font) <= room for part in parts):
                lines = _wrapped(parts, font, room)
                if len(lines) > most:
                    continue
                words = Lettering(_balanced(parts, font, room, len(lines)), font, size, leftwards)
                if words.height <= room_below:
                    return words
    most, _, size = steps[-1]
    room = width / size
    lines = _wrapped([cut for part in parts for cut in _cut(part, font, room)], font, room)
    words = Lettering(tuple(lines), font, size, leftwards)
    too_wide = any(width_of(line, font) > room for line in lines)
    if len(lines) > most or too_wide or words.height > room_below:
        raise Refused("sheet_text_too_long", f"This text is too long for the sheet: {text[:60]}…", status=422)
    return words


def _wrapped(parts: Sequence[str], font: str, room: float) -> list[str]:
    """Lines of at most `room` ems, without the space at their end."""
    lines: list[str] = []
    for part in parts:
        if lines and width_of((lines[-1] + part).rstrip(), font) <= room:
            lines[-1] += part
        else:
            lines.append(part)
    return [line.rstrip() for line in lines]


def _balanced(parts: Sequence[str], font: str, room: float, count: int) -> tuple[str, ...]:
    """Equal lines instead of a full one and a single word: narrow the box while the count stays."""
    lines = _wrapped(parts, font, room)
    widest = max(0.1, *(width_of(part.rstrip(), font) for part in parts))
    while room * 0.95 >= widest and len(narrower := _wrapped(parts, font, room * 0.95)) == count:
        room *= 0.95
        lines = narrower
    return tuple(lines)


def _cut(part: str, font: str, room: float) -> list[str]:
    cuts = [""]
    for cluster in clusters(part):
        if cuts[-1] and width_of((cuts[-1] + cluster).rstrip(), font) > room:
            cuts.append("")
        cuts[-1] += cluster
    return cuts
