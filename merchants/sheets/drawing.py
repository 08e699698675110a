"""What every PDF sheet draws with: colours, the page, the code, lines of letters, our mark.

Everything is vector and letters from embedded fonts, so it prints sharp; equal input gives equal bytes.
Lengths are points; `top` is the top of the first line's letters.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import islice
from threading import Lock

from reportlab.lib.colors import Color, HexColor, black, white
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import FILL_NON_ZERO, Canvas

from merchants.qr.matrix import QUIET_ZONE, Matrix, dark_runs, matrix
from merchants.sheets.base import SheetText, title_of
from merchants.sheets.lettering import BOLD, Lettering, printable
from merchants.sheets.runs import Run, outline_of

PAPER, LINE, INK = HexColor("#fbf8f2"), HexColor("#e4ded2"), HexColor("#17202b")
MUTED, RULE, BRAND = HexColor("#5a6472"), HexColor("#b9b1a1"), HexColor("#0b5c4a")
_THICKER = 0.035  # of the size: the line around letters that have no bold font
_FILLED_AND_DRAWN, _UNSEEN = 2, 3  # how a PDF sets letters; unseen ones are found, copied and read aloud

# reportlab reads a font through one shared position, so two sheets drawn at once corrupt each
# other's letters. A sheet takes 15 ms and is kept as a file once drawn.
_ONE_AT_A_TIME = Lock()


@dataclass(frozen=True)
class Layout:
    """How one kind of sheet lies on its paper.

    size: of the page, which may depend on the words. places: codes on a page. draw: one code at a place
    (0 and up). marks: what is drawn once a page, over all. paper, holds: in words, for those who print it.
    """

    size: Callable[[SheetText], tuple[float, float]]
    draw: Callable[[Canvas, int, Matrix, SheetText], None]
    places: int = 1
    marks: Callable[[Canvas], None] | None = None
    paper: str = "A4"
    holds: str = ""

    def paper_of(self, text: SheetText) -> str:
        """As "A4, 210 × 297 mm"."""
        width, height = (round(side / mm) for side in self.size(text))
        return f"{self.paper}, {width} × {height} mm"


def full_page(layout: Layout, link: str, text: SheetText) -> bytes:
    """One page, the same code at each place. Refused (422) when a text cannot be printed or does not fit."""
    return pages(layout, [(link, text)] * layout.places, title=title_of(text))


def pages(
    layout: Layout,
    codes: Iterable[tuple[str, SheetText]],
    *,
    title: str,
    told: Callable[[int], object] = lambda drawn: None,
) -> bytes:
    """A PDF of many codes, one at each place, page after page. Refused as `full_page`.

    told: called after each page with the number of codes that are drawn.
    """
    file, drawn = BytesIO(), 0
    with _ONE_AT_A_TIME:
        canvas: Canvas | None = None
        for page in _batched(codes, layout.places):
            first = page[0][1]
            if canvas is None:
                canvas = _document(file, first, title)
            canvas.setPageSize(layout.size(first))
            for place, (link, text) in enumerate(page):
                layout.draw(canvas, place, matrix(link), text)
            if layout.marks:
                layout.marks(canvas)
            canvas.showPage()
            drawn += len(page)
            told(drawn)
        assert canvas is not None, "a sheet has one code or more"
        canvas.save()
    return file.getvalue()


def _batched(codes: Iterable[tuple[str, SheetText]], size: int) -> Iterator[list[tuple[str, SheetText]]]:
    left = iter(codes)
    while page := list(islice(left, size)):
        yield page


def _document(file: BytesIO, text: SheetText, title: str) -> Canvas:
    canvas = Canvas(file, invariant=1, lang=text.language)
    canvas.setTitle(title)
    canvas.setAuthor("Quittance")
    canvas.setCreator("Quittance")
    canvas.setSubject(printable(text.place))
    return canvas


def draw_code(page: Canvas, modules: Matrix, *, left: float, bottom: float, side: float) -> None:
    """The code, `side` without its quiet zone, as one filled path: no hairline shows between the modules."""
    module = side / len(modules)
    shapes = page.beginPath()
    for y, x, run in dark_runs(modules):
        shapes.rect(left + x * module, bottom + side - (y + 1) * module, run * module, module)
    page.setFillColor(black)
    page.drawPath(shapes, stroke=0, fill=1)


def draw_code_on_white(page: Canvas, modules: Matrix, *, left: float, bottom: float, side: float) -> None:
    """The code with its quiet zone, both within `side`, on white."""
    quiet = side * QUIET_ZONE / (len(modules) + 2 * QUIET_ZONE)
    page.setFillColor(white)
    page.rect(left, bottom, side, side, stroke=0, fill=1)
    draw_code(page, modules, left=left + quiet, bottom=bottom + quiet, side=side - 2 * quiet)


def draw_centred(page: Canvas, words: Lettering, *, middle: float, top: float, colour: Color) -> float:
    """Lines around `middle`; returns the bottom of the last."""
    for i in range(len(words.lines)):
        left = middle - words.width(i) / 2
        baseline = top - words.above - i * words.leading
        _draw_line(page, words, i, left=left, baseline=baseline, colour=colour)
    return top - words.height


def draw_to_the_right(
    page: Canvas, words: Lettering, *, right: float, baseline: float, colour: Color
) -> None:
    """Lines that end at `right`; the first stands on `baseline`, the others below it."""
    for i in range(len(words.lines)):
        left = right - words.width(i)
        _draw_line(page, words, i, left=left, baseline=baseline - i * words.leading, colour=colour)


def _draw_line(
    page: Canvas, words: Lettering, line: int, *, left: float, baseline: float, colour: Color
) -> None:
    """Plain letters as text; shaped ones as their outlines, with the text unseen over them.

    reportlab can shape too, but it gives a joined glyph the next free private character, so that bytes would
    depend on what was drawn before, and a reader would copy boxes.
    """
    for run in words.runs(line):
        page.saveState()
        page.setFillColor(colour)
        letters = page.beginText(left, baseline)
        letters.setFont(run.font, words.size)
        if run.glyphs:
            letters.setTextRenderMode(_UNSEEN)
            letters.setHorizScale(100 * run.width / (page.stringWidth(run.text, run.font, 1) or run.width))
            _draw_glyphs(page, run, left=left, baseline=baseline, scale=words.size / run.units)
        elif run.thicker:
            page.setStrokeColor(colour)
            page.setLineWidth(words.size * _THICKER)
            letters.setTextRenderMode(_FILLED_AND_DRAWN)
        letters.textOut(run.text)
        page.drawText(letters)
        page.restoreState()
        left += run.width * words.size


def _draw_glyphs(page: Canvas, run: Run, *, left: float, baseline: float, scale: float) -> None:
    """A glyph is drawn from its own origin, so that equal ones are equal bytes, which pack well."""
    page.saveState()
    page.transform(scale, 0, 0, scale, left, baseline)
    x = y = 0.0
    for glyph in run.glyphs:
        page.translate(glyph.x - x, glyph.y - y)
        x, y = glyph.x, glyph.y
        shape = page.beginPath()
        draw = {"m": shape.moveTo, "l": shape.lineTo, "c": shape.curveTo, "z": shape.close}
        for step, points in outline_of(run.face, run.weight, glyph.index):
            draw[step](*points)
        page.drawPath(shape, stroke=0, fill=1, fillMode=FILL_NON_ZERO)
    page.restoreState()


def spot_of(text: SheetText) -> str:
    """Where the code stands, "Table 12 · Till 3"."""
    return " · ".join(part for part in (printable(text.label), printable(text.till)) if part)


def draw_mark(page: Canvas, *, left: float, baseline: float, size: float) -> None:
    """Our mark and name, `size` points high as letters are."""
    side = size * 0.28 * mm
    step = side / 4.2
    page.setFillColor(BRAND)
    page.roundRect(left, baseline - 0.4 * step, side, side, step, stroke=0, fill=1)
    page.setFillColor(PAPER)
    page.rect(
        left + 0.9 * step, baseline + 0.5 * step, side - 1.8 * step, side - 1.8 * step, stroke=0, fill=1
    )
    page.setFillColor(BRAND)
    page.rect(left + 1.5 * step, baseline + 1.1 * step, side - 3 * step, side - 3 * step, stroke=0, fill=1)
    page.setFillColor(INK)
    page.setFont(BOLD, size)
    page.drawString(left + side + 2 * step, baseline, "Quittance")
