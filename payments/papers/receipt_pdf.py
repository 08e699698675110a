"""A receipt as a PDF of A5 pages, drawn from its body and its code's link alone: equal input, equal bytes.

White paper, ink, one green; a torn edge at the end. A character that our fonts have not got is printed as the
replacement mark, and the paper says so: a receipt is never refused for a name in another script.
"""

import unicodedata
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from threading import Lock

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import A5
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import registerFont, stringWidth
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from merchants import sheets
from merchants.qr.matrix import QUIET_ZONE, matrix
from merchants.sheets.drawing import draw_code_on_white
from payments.papers.receipt_text import Body, ReceiptText, receipt_text
from payments.papers.rows import Row

REGULAR, BOLD = "ReceiptRegular", "ReceiptBold"
UNPRINTABLE = "\N{REPLACEMENT CHARACTER}"
_FILES = Path(sheets.__file__).parent / "fonts"
_FONTS = TTFont(REGULAR, _FILES / "DejaVuSans.ttf"), TTFont(BOLD, _FILES / "DejaVuSans-Bold.ttf")
for _font in _FONTS:
    registerFont(_font)
_GLYPHS = frozenset.intersection(*(frozenset(font.face.charToGlyph) for font in _FONTS))
# reportlab reads a font through one shared position: two papers drawn at once corrupt each other's letters.
_ONE_AT_A_TIME = Lock()

_INK, _MUTED, _LINE = HexColor("#17202b"), HexColor("#59626f"), HexColor("#b9b1a1")
_MODULE = 0.65 * mm
_PAID, _DANGER = HexColor("#0a6b43"), HexColor("#a8231b")
_WIDTH, _HEIGHT = A5
_LEFT, _RIGHT = 14 * mm, _WIDTH - 14 * mm
_TOP, _BOTTOM = _HEIGHT - 14 * mm, 16 * mm
_LEADING = 1.35


def receipt_pdf(body: Body, link: str, *, signed: str = "") -> bytes:
    """The pages of one receipt; body as in `payments.core.receipt`, link: what its code opens.

    signed: key and beginning of its signature (`Signed.short`).
    """
    text = receipt_text(body)
    file = BytesIO()
    with _ONE_AT_A_TIME:
        canvas = Canvas(file, pagesize=A5, invariant=1, lang="en")
        canvas.setTitle(_plain(f"{text.title} {text.number} · {text.trade_name}"))
        canvas.setAuthor(_plain(text.trade_name))
        canvas.setCreator("Quittance")
        _draw(_Paper(canvas, f"{text.title} {text.number}"), text, link, signed)
        canvas.save()
    return file.getvalue()


def _draw(paper: "_Paper", text: ReceiptText, link: str, signed: str) -> None:
    paper.pair(text.title, text.number, font=BOLD, size=15)
    paper.space(2)
    paper.rule()
    paper.text(text.trade_name, font=BOLD, size=12)
    for line in (text.legal_name, text.place, text.tax_number):
        paper.text(line, colour=_MUTED)
    paper.space(2)
    paper.text(text.when)
    paper.text(text.spot, colour=_MUTED)
    paper.rule()
    for row in text.rows:
        _row(paper, row)
    paper.space(4)
    paper.stamp(text.stamp, _DANGER if text.is_refund else _PAID)
    for note in text.notes:
        paper.text(note)
    paper.rule()
    if text.reference:
        paper.pair("Reference", text.reference, size=7.5, colour=_MUTED)
    paper.pair("Payment", text.payment, size=7.5, colour=_MUTED)
    if signed:
        paper.pair("Signed", signed, size=7.5, colour=_MUTED)
    if paper.left_out:
        paper.text(f"{UNPRINTABLE}: not in this paper's letters. The receipt's page shows it.", size=7.5)
    paper.code(link, "Scan it to see its state now")
    paper.torn_edge()


def _row(paper: "_Paper", row: Row) -> None:
    if row.kind == "total":
        paper.rule(gap=2)
        paper.pair(row.text, row.amount, font=BOLD, size=12)
        paper.space(1)
    else:
        is_tax = row.kind == "tax"
        paper.pair(row.text, row.amount, size=8.5 if is_tax else 10, colour=_MUTED if is_tax else _INK)
    if row.note:
        paper.text(row.note, size=7.5, colour=_MUTED)
    paper.space(0.8)


class _Paper:
    """A pen that goes down the page, and over to the next one when it has to."""

    def __init__(self, canvas: Canvas, heading: str) -> None:
        self.canvas, self.heading = canvas, heading
        self.y, self.left_out = _TOP, False

    def space(self, millimetres: float) -> None:
        self.y -= millimetres * mm

    def text(self, text: str, *, font: str = REGULAR, size: float = 9, colour: Color = _INK) -> None:
        """A text over as many lines as it needs; nothing for an empty one."""
        for line in _wrapped(self._printable(text), font, size, _RIGHT - _LEFT):
            self._down(size)
            self._say(line, font, size, colour)

    def pair(
        self, left: str, right: str, *, font: str = REGULAR, size: float = 10, colour: Color = _INK
    ) -> None:
        """A text at the left, which may wrap, and one at the right, on its first line."""
        right = self._printable(right)
        room = _RIGHT - _LEFT - stringWidth(right, font, size) - 6 * mm
        for number, line in enumerate(_wrapped(self._printable(left), font, size, room)):
            self._down(size)
            self._say(line, font, size, colour)
            if number == 0:
                self.canvas.drawRightString(_RIGHT, self.y, right)

    def rule(self, *, gap: float = 2.5) -> None:
        self.space(gap)
        self.canvas.setStrokeColor(_LINE)
        self.canvas.setLineWidth(0.6)
        self.canvas.line(_LEFT, self.y, _RIGHT, self.y)
        self.space(gap * 0.6)

    def stamp(self, word: str, colour: Color) -> None:
        """The word in a tilted frame, as on the page."""
        self._down(30)
        word, size = word.upper(), 14
        width = stringWidth(word, BOLD, size) + 10 * mm
        self.canvas.saveState()
        self.canvas.translate(_WIDTH / 2, self.y + 8)
        self.canvas.rotate(4)
        self.canvas.setStrokeColor(colour)
        self.canvas.setFillColor(colour)
        self.canvas.setLineWidth(2)
        self.canvas.roundRect(-width / 2, -4.5 * mm, width, 9 * mm, 1.6 * mm)
        self.canvas.setFont(BOLD, size)
        self.canvas.drawCentredString(0, -size * 0.36, word)
        self.canvas.restoreState()
        self.space(2)

    def code(self, link: str, caption: str) -> None:
        """The QR code in the middle, black on white, its quiet zone around it, its caption below."""
        modules = matrix(link)
        side = (len(modules) + 2 * QUIET_ZONE) * _MODULE
        # With the caption and the torn edge, which must not stand alone on a page.
        self._down((side + 24) / _LEADING)
        draw_code_on_white(self.canvas, modules, left=(_WIDTH - side) / 2, bottom=self.y + 24, side=side)
        self.y += 20
        self.canvas.setFillColor(_MUTED)
        self.canvas.setFont(REGULAR, 7.5)
        self.canvas.drawCentredString(_WIDTH / 2, self.y, caption)

    def torn_edge(self) -> None:
        self._down(10)
        teeth, width = 40, _WIDTH - 2 * 8 * mm
        tooth = width / teeth
        edge = self.canvas.beginPath()
        edge.moveTo(8 * mm, self.y)
        for number in range(teeth):
            x = 8 * mm + number * tooth
            edge.lineTo(x + tooth / 2, self.y - tooth / 2)
            edge.lineTo(x + tooth, self.y)
        self.canvas.setStrokeColor(_LINE)
        self.canvas.setLineWidth(0.6)
        self.canvas.drawPath(edge)

    def _down(self, size: float) -> None:
        """Go to the next line, on the next page where this one is full."""
        self.y -= size * _LEADING
        if self.y < _BOTTOM:
            self.canvas.showPage()
            self.y = _TOP - 8
            self._say(f"{self.heading}, continued", REGULAR, 8, _MUTED)
            self.y -= 8 + size * _LEADING

    def _say(self, line: str, font: str, size: float, colour: Color) -> None:
        self.canvas.setFillColor(colour)
        self.canvas.setFont(font, size)
        self.canvas.drawString(_LEFT, self.y, line)

    def _printable(self, text: str) -> str:
        plain = _plain(text)
        self.left_out = self.left_out or UNPRINTABLE in plain
        return plain


def _plain(text: str) -> str:
    """What our fonts can print: a glyph in both weights, left-to-right, no invisible control."""
    return "".join(c if _can_print(c) else UNPRINTABLE for c in unicodedata.normalize("NFC", text))


def _can_print(c: str) -> bool:
    drawable = ord(c) in _GLYPHS and unicodedata.category(c)[0] != "C"
    return drawable and unicodedata.bidirectional(c) not in {"R", "AL", "AN"}


def _wrapped(text: str, font: str, size: float, width: float) -> Sequence[str]:
    """Words on lines no wider than `width`; a word that is wider alone is cut."""
    lines: list[str] = []
    for word in text.split(" ") if text else ():
        longer = f"{lines[-1]} {word}" if lines else word
        if stringWidth(longer, font, size) <= width:
            lines[-1:] = [longer]
            continue
        while stringWidth(word, font, size) > width:
            fits = next(n for n in range(len(word) - 1, 0, -1) if stringWidth(word[:n], font, size) <= width)
            lines.append(word[:fits])
            word = word[fits:]
        lines.append(word)
    return lines
