"""What every PDF sheet draws with: colours, the page, the code, lines of letters, our mark.

Everything is vector and letters from embedded fonts, so it prints sharp; equal input gives equal bytes.
Lengths are points; `top` is the top of the first line's letters.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from threading import Lock

from reportlab.lib.colors import Color, HexColor, black, white
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from merchants.qr.matrix import QUIET_ZONE, Matrix, dark_runs
from merchants.sheets.base import SheetText, title_of
from merchants.sheets.lettering import BOLD, LEADING, Lettering, printable

PAPER, LINE, INK = HexColor("#fbf8f2"), HexColor("#e4ded2"), HexColor("#17202b")
MUTED, RULE, BRAND = HexColor("#5a6472"), HexColor("#b9b1a1"), HexColor("#0b5c4a")
_ASCENDER = 0.93  # DejaVu's, in font sizes

# reportlab reads a font through one shared position, so two sheets drawn at once corrupt each
# other's letters. A sheet takes 15 ms and is kept as a file once drawn.
_ONE_AT_A_TIME = Lock()


@contextmanager
def document(file: BytesIO, text: SheetText, size: tuple[float, float]) -> Iterator[Canvas]:
    """A page to draw on; the PDF is in `file` when the block ends."""
    with _ONE_AT_A_TIME:
        page = Canvas(file, pagesize=size, invariant=1, lang=text.language)
        page.setTitle(title_of(text))
        page.setAuthor("Quittance")
        page.setCreator("Quittance")
        page.setSubject(printable(text.place))
        yield page
        page.save()


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
    page.setFillColor(colour)
    page.setFont(words.font, words.size)
    for i, line in enumerate(words.lines):
        page.drawCentredString(middle, top - words.size * (_ASCENDER + i * LEADING), line)
    return top - words.height


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
