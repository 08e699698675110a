"""The A4 poster that hangs in the shop: who is paid, the code, what to do, how to be sure.

Warm paper, ink, one green; the code stands on a receipt with a torn edge. Everything is vector
and letters from embedded fonts, so it prints sharp; equal input gives equal bytes.
"""

from io import BytesIO
from threading import Lock

from reportlab.lib.colors import Color, HexColor, black, white
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from merchants.qr.matrix import QUIET_ZONE, dark_runs, matrix
from merchants.sheets.base import Sheet, SheetText, file_name, title_of
from merchants.sheets.captions import ENGLISH, captions
from merchants.sheets.lettering import BOLD, LEADING, REGULAR, Lettering, fit, printable

CODE_SIDE = 110 * mm  # without the quiet zone, which the white receipt around it gives

_PAPER, _LINE, _INK = HexColor("#fbf8f2"), HexColor("#e4ded2"), HexColor("#17202b")
_MUTED, _RULE, _BRAND = HexColor("#5a6472"), HexColor("#b9b1a1"), HexColor("#0b5c4a")
_WIDTH, _HEIGHT = A4
_MIDDLE = _WIDTH / 2
_FRAME = 8 * mm  # from the edge of the page: most printers reach no further
_TEXT_WIDTH = 166 * mm
_RECEIPT_WIDTH = 150 * mm
_RECEIPT_TOP, _RECEIPT_BOTTOM = _HEIGHT - 83 * mm, 38 * mm
_CODE_BOTTOM = 69 * mm
_QUIET = CODE_SIDE * QUIET_ZONE / 37  # in modules of version 5: no link is shorter, longer ones need less

# reportlab reads a font through one shared position, so two posters drawn at once corrupt each
# other's letters. A poster takes 15 ms and is kept as a file once drawn.
_ONE_AT_A_TIME = Lock()


def draw(link: str, text: SheetText) -> Sheet:
    """The poster as one A4 page. Refused (422) when a text cannot be printed or does not fit."""
    file = BytesIO()
    with _ONE_AT_A_TIME:
        page = Canvas(file, pagesize=A4, invariant=1, lang=text.language)
        page.setTitle(title_of(text))
        page.setAuthor("Quittance")
        page.setCreator("Quittance")
        page.setSubject(printable(text.place))
        _paper(page)
        _mark(page, text)
        _payee(page, text)
        _instruction(page, text)
        _code(page, link)
        _check_words(page, text)
        _notes(page, text)
        page.save()
    return Sheet(file.getvalue(), "application/pdf", file_name(text, ".pdf"))


def _paper(page: Canvas) -> None:
    """The warm sheet and the white receipt with its torn edge."""
    page.setLineWidth(0.8)
    page.setStrokeColor(_LINE)
    page.setFillColor(_PAPER)
    page.roundRect(_FRAME, _FRAME, _WIDTH - 2 * _FRAME, _HEIGHT - 2 * _FRAME, 6 * mm, fill=1)
    teeth = 30
    left, tooth = _MIDDLE - _RECEIPT_WIDTH / 2, _RECEIPT_WIDTH / teeth
    receipt = page.beginPath()
    receipt.moveTo(left, _RECEIPT_BOTTOM)
    receipt.lineTo(left, _RECEIPT_TOP)
    receipt.lineTo(left + _RECEIPT_WIDTH, _RECEIPT_TOP)
    receipt.lineTo(left + _RECEIPT_WIDTH, _RECEIPT_BOTTOM)
    for i in range(teeth, 0, -1):
        receipt.lineTo(left + (i - 0.5) * tooth, _RECEIPT_BOTTOM - tooth / 2)
        receipt.lineTo(left + (i - 1) * tooth, _RECEIPT_BOTTOM)
    receipt.close()
    page.setFillColor(white)
    page.drawPath(receipt, fill=1)


def _mark(page: Canvas, text: SheetText) -> None:
    """Our mark at the left, counter and till at the right."""
    left, baseline, side = (_WIDTH - _TEXT_WIDTH) / 2, _HEIGHT - 20.5 * mm, 4.2 * mm
    page.setFillColor(_BRAND)
    page.roundRect(left, baseline - 0.4 * mm, side, side, 1 * mm, stroke=0, fill=1)
    page.setFillColor(_PAPER)
    page.rect(left + 0.9 * mm, baseline + 0.5 * mm, side - 1.8 * mm, side - 1.8 * mm, stroke=0, fill=1)
    page.setFillColor(_BRAND)
    page.rect(left + 1.5 * mm, baseline + 1.1 * mm, side - 3 * mm, side - 3 * mm, stroke=0, fill=1)
    page.setFillColor(_INK)
    page.setFont(BOLD, 15)
    page.drawString(left + side + 2 * mm, baseline, "Quittance")
    spot = " · ".join(part for part in (printable(text.label), printable(text.till)) if part)
    words = fit(spot, font=REGULAR, width=_TEXT_WIDTH * 0.6, steps=((1, 15, 10), (2, 10, 8)))
    page.setFillColor(_MUTED)
    page.setFont(words.font, words.size)
    for i, line in enumerate(words.lines):
        page.drawRightString(left + _TEXT_WIDTH, baseline - i * words.size * LEADING, line)


def _payee(page: Canvas, text: SheetText) -> None:
    """The trade name, the largest thing to read, and the place; together in the middle of their space."""
    steps = ((1, 54, 34), (2, 40, 26), (3, 28, 20), (5, 19, 12))
    name = fit(printable(text.trade_name), font=BOLD, width=_TEXT_WIDTH, steps=steps)
    place = fit(printable(text.place), font=REGULAR, width=_TEXT_WIDTH, steps=((1, 17, 13), (2, 13, 10)))
    space_top, space_bottom, gap = _HEIGHT - 26 * mm, _RECEIPT_TOP + 4 * mm, 2.5 * mm
    top = (space_top + space_bottom + name.height + gap + place.height) / 2
    _centred(page, name, top, _INK)
    _centred(page, place, top - name.height - gap, _MUTED)


def _instruction(page: Canvas, text: SheetText) -> None:
    """The first language large, the others small below it, at the head of the receipt."""
    first, *others = (printable(sentence) for sentence in text.instruction)
    width = _RECEIPT_WIDTH - 14 * mm
    large = fit(first, font=BOLD, width=width, steps=((1, 24, 15), (2, 14, 11)))
    small = fit(" · ".join(others), font=REGULAR, width=width, steps=((1, 13, 9), (2, 9, 7)))
    space_top, space_bottom = _RECEIPT_TOP, _CODE_BOTTOM + CODE_SIDE + _QUIET
    top = (space_top + space_bottom + large.height + small.height) / 2
    _centred(page, large, top, _INK)
    _centred(page, small, top - large.height, _MUTED)


def _code(page: Canvas, link: str) -> None:
    """One filled path, so that no hairline shows between the modules."""
    modules = matrix(link)
    module = CODE_SIDE / len(modules)
    left, top = _MIDDLE - CODE_SIDE / 2, _CODE_BOTTOM + CODE_SIDE
    shapes = page.beginPath()
    for y, x, run in dark_runs(modules):
        shapes.rect(left + x * module, top - (y + 1) * module, run * module, module)
    page.setFillColor(black)
    page.drawPath(shapes, stroke=0, fill=1)


def _check_words(page: Canvas, text: SheetText) -> None:
    """The two words under a rule at the foot of the receipt, as a total would stand there."""
    rule = _CODE_BOTTOM - _QUIET - 1 * mm
    page.setStrokeColor(_RULE)
    page.setDash(4, 3)
    page.line(_MIDDLE - CODE_SIDE / 2, rule, _MIDDLE + CODE_SIDE / 2, rule)
    caption = fit(captions(text.language).check_words, font=REGULAR, width=CODE_SIDE, steps=((1, 11, 8),))
    words = fit(printable(" ".join(text.check_words)), font=BOLD, width=CODE_SIDE, steps=((1, 23, 14),))
    top = rule - 2 * mm
    _centred(page, caption, top, _MUTED)
    _centred(page, words, top - caption.height, _INK)


def _notes(page: Canvas, text: SheetText) -> None:
    """What opens, and the rule that makes a swapped sticker useless; in English too for visitors."""
    note = fit(printable(text.code_note), font=BOLD, width=_TEXT_WIDTH, steps=((1, 12, 9), (2, 9, 7)))
    top = _RECEIPT_BOTTOM - 7 * mm
    _centred(page, note, top, _INK)
    top -= note.height + 1.2 * mm
    for caution in dict.fromkeys((captions(text.language).caution, ENGLISH.caution)):
        small = fit(caution, font=REGULAR, width=_TEXT_WIDTH, steps=((1, 11, 8),))
        _centred(page, small, top, _MUTED)
        top -= small.height


def _centred(page: Canvas, words: Lettering, top: float, colour: Color) -> None:
    page.setFillColor(colour)
    page.setFont(words.font, words.size)
    for i, line in enumerate(words.lines):
        # 0.93: DejaVu's ascender, so that `top` is the top of the first line's letters
        page.drawCentredString(_MIDDLE, top - words.size * (0.93 + i * LEADING), line)
