"""Codes as modules, PNG and SVG, and a PDF of a thousand stickers, against `qrcode` and reportlab by default.

The other side is what their documentation shows first: `qrcode.make`, its SVG path image, and reportlab's own
QR widget at each place of the same A4 sheets, with the same words.
"""

import time
from collections.abc import Callable
from io import BytesIO
from uuid import UUID

import qrcode
from qrcode.constants import ERROR_CORRECT_Q
from qrcode.image.svg import SvgPathImage
from reportlab.graphics import renderPDF
from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import Drawing
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from benchmarks._harness import Relation, alternate, begin, report, smaller
from merchants.core.words import words_of
from merchants.qr.link import LinkKey, link, make_token
from merchants.qr.matrix import matrix
from merchants.sheets import LAYOUTS, png, svg
from merchants.sheets.base import SheetText
from merchants.sheets.drawing import pages

GOAL = 5.0
options = begin(count=200, stickers=1000)
if options.quick:
    options.count, options.stickers = 5, 13
STICKERS: int = options.stickers
KEY = LinkKey(1, b"k" * 32)
IDS = [UUID(int=number << 64 | number * 7919) for number in range(max(options.count, options.stickers))]
LINKS = [link("https://pay.example.com", make_token(code_id, key=KEY)) for code_id in IDS]


def text_of(number: int) -> SheetText:
    return SheetText(
        trade_name="Café Morgenrot", place="Torstraße 12, 10119 Berlin", label=f"Table {number}", till="",
        check_words=words_of(IDS[number]), instruction=("Mit der Kamera scannen",),
        code_note="Öffnet pay.example.com.", language="de",
    )  # fmt: skip


def each(draw: Callable[[int], object], count: int) -> Callable[[], float]:
    """Codes a second."""

    def measure() -> float:
        begun = time.perf_counter()
        for number in range(count):
            draw(number)
        return count / (time.perf_counter() - begun)

    return measure


def stickers() -> float:
    begun = time.perf_counter()
    codes = ((LINKS[number], text_of(number)) for number in range(STICKERS))
    assert pages(LAYOUTS["sticker"], codes, title="Codes").startswith(b"%PDF")
    return STICKERS / (time.perf_counter() - begun)


def their_code(number: int) -> qrcode.QRCode:
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_Q)
    code.add_data(LINKS[number])
    code.make(fit=True)
    return code


def their_stickers() -> float:
    begun = time.perf_counter()
    page = Canvas(BytesIO(), pagesize=A4)
    for number in range(STICKERS):
        row, column = divmod(number % 12, 3)
        x, y = (15 + 65 * column) * mm, (20 + 70 * row) * mm
        widget = QrCodeWidget(LINKS[number], barLevel="Q", barWidth=35 * mm, barHeight=35 * mm)
        drawing = Drawing(35 * mm, 35 * mm)
        drawing.add(widget)
        renderPDF.draw(drawing, page, x, y)
        for line, words in enumerate(("Café Morgenrot", f"Table {number}", " ".join(words_of(IDS[number])))):
            page.drawCentredString(x + 17 * mm, y + (38 + 4 * line) * mm, words)
        if number % 12 == 11:
            page.showPage()
    page.save()
    return STICKERS / (time.perf_counter() - begun)


PAIRS: dict[str, tuple[Callable[[], float], Callable[[], float]]] = {
    "modules": (
        each(lambda number: matrix(LINKS[number]), options.count),
        each(lambda number: their_code(number).get_matrix(), options.count),
    ),
    "png": (
        each(lambda number: png.draw(LINKS[number], text_of(number)), options.count),
        each(lambda number: their_code(number).make_image().save(BytesIO()), options.count),
    ),
    "svg": (
        each(lambda number: svg.draw(LINKS[number], text_of(number)), options.count),
        each(
            lambda number: their_code(number).make_image(image_factory=SvgPathImage).save(BytesIO()),
            options.count,
        ),
    ),
    "stickers": (stickers, their_stickers),
}
parts = {}
for name, (ours, theirs) in PAIRS.items():
    mine, against = alternate(ours, theirs, runs=options.runs, names=[name, "theirs"])
    parts[name] = Relation(mine, against, GOAL, "codes/s", options.runs)
rows = [(name, f"{one.ours:,.0f} codes/s, {one.ratio:.1f} x") for name, one in parts.items()]
report("qr", smaller(parts), rows=rows)
