"""A4 pages that are laid out first and drawn second, so that each can say how many there are.

Equal input gives equal bytes. A character that our fonts have not got is printed as the replacement mark, and
`left_out` says so: a paper is never refused for a name in another script.
"""

from collections.abc import Callable, Sequence
from io import BytesIO
from threading import Lock

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from base.core.errors import Refused
from merchants.sheets.drawing import draw_to_the_right
from merchants.sheets.lettering import BOLD, REGULAR, Lettering, fit, printable

INK, MUTED, LINE = HexColor("#17202b"), HexColor("#59626f"), HexColor("#b9b1a1")
UNPRINTABLE = "\N{REPLACEMENT CHARACTER}"
LEFT, RIGHT = 18 * mm, A4[0] - 18 * mm
_TOP, _BOTTOM = A4[1] - 18 * mm, 20 * mm
_LEADING = 1.4
_MOST_LINES = 40
# reportlab reads a font through one shared position: two papers drawn at once corrupt each other's letters.
_ONE_AT_A_TIME = Lock()
_Act = Callable[[Canvas], None]

__all__ = ["BOLD", "INK", "LEFT", "MUTED", "REGULAR", "RIGHT", "Pages"]


class Pages:
    """A pen that goes down the page, and over to the next one when it has to."""

    def __init__(self, title: str, author: str) -> None:
        self.title, self.author = title, author
        self.left_out = False
        self._pages: list[list[_Act]] = [[]]
        self._y = _TOP

    def space(self, millimetres: float) -> None:
        self._y -= millimetres * mm

    def text(self, text: str, *, font: str = REGULAR, size: int = 9, colour: Color = INK) -> None:
        """A text over as many lines as it needs; nothing for an empty one."""
        for words in self._lines(text, font, size, RIGHT - LEFT):
            self._down(words.leading)
            self._put(words, LEFT + words.width(0), colour)

    def heading(self, text: str) -> None:
        """Never alone at the foot of a page."""
        if self._y - 30 * mm < _BOTTOM:
            self._turn()
        self.space(4)
        self.text(text, font=BOLD, size=11)
        self.space(1)

    def cells(
        self,
        cells: Sequence[tuple[str, float]],
        *,
        font: str = REGULAR,
        size: int = 9,
        colour: Color = INK,
    ) -> None:
        """A row of a table: (text, right edge in points); the first stands at the left, the others end there.

        Each is wrapped in the room from the edge of the one before it.
        """
        lefts = [LEFT, *(right + 2 * mm for _, right in cells[:-1])]
        columns = [
            self._lines(text, font, size, right - left)
            for (text, right), left in zip(cells, lefts, strict=True)
        ]
        for number in range(max(map(len, columns))):
            here = [lines[number] if number < len(lines) else None for lines in columns]
            self._down(max(words.leading for words in here if words) + 1)
            for place, (words, (_, right)) in enumerate(zip(here, cells, strict=True)):
                if words:
                    self._put(words, right if place else LEFT + words.width(0), colour)

    def rule(self) -> None:
        self.space(1.2)
        y = self._y

        def draw(canvas: Canvas) -> None:
            canvas.setStrokeColor(LINE)
            canvas.setLineWidth(0.6)
            canvas.line(LEFT, y, RIGHT, y)

        self._pages[-1].append(draw)
        self.space(0.6)

    def save(self) -> bytes:
        """The whole file, each page with its number, and how many there are."""
        if self.left_out:
            note = f"{UNPRINTABLE}: not in this paper's letters. The page shows it."
            self.text(note, size=7, colour=MUTED)
        file, count = BytesIO(), len(self._pages)
        with _ONE_AT_A_TIME:
            canvas = Canvas(file, pagesize=A4, invariant=1, lang="en")
            canvas.setTitle(self._printable(self.title))
            canvas.setAuthor(self._printable(self.author))
            canvas.setCreator("Quittance")
            for number, acts in enumerate(self._pages, 1):
                for act in acts:
                    act(canvas)
                self._foot(canvas, number, count)
                canvas.showPage()
            canvas.save()
        return file.getvalue()

    def _foot(self, canvas: Canvas, number: int, count: int) -> None:
        for text, right in ((self.title[:90], None), (f"Page {number} of {count}", RIGHT)):
            for words in self._lines(text, REGULAR, 7, 130 * mm)[:1]:
                end = right or LEFT + words.width(0)
                draw_to_the_right(canvas, words, right=end, baseline=12 * mm, colour=MUTED)

    def _put(self, words: Lettering, right: float, colour: Color) -> None:
        y = self._y
        self._pages[-1].append(
            lambda canvas: draw_to_the_right(canvas, words, right=right, baseline=y, colour=colour)
        )

    def _down(self, points: float) -> None:
        self._y -= points
        if self._y < _BOTTOM:
            self._turn()
            self._y -= points

    def _turn(self) -> None:
        self._pages.append([])
        self._y = _TOP

    def _lines(self, text: str, font: str, size: int, width: float) -> list[Lettering]:
        plain = self._printable(text)
        words = fit(plain, font=font, width=width, steps=[(_MOST_LINES, size, size)])
        return [Lettering((line,), font, size, words.leftwards) for line in words.lines]

    def _printable(self, text: str) -> str:
        """The text, with the replacement mark for what cannot be printed."""
        try:
            return printable(text)
        except Refused:
            self.left_out = True
        kept = []
        for sign in text:
            try:
                kept.append(printable(sign) or " ")
            except Refused:
                kept.append(UNPRINTABLE)
        plain = " ".join("".join(kept).split())
        try:
            return printable(plain)
        except Refused:  # marks without their letter: plain ASCII is left
            return plain.encode("ascii", "replace").decode()
