"""The A4 poster that hangs in the shop: who is paid, the code, what to do, how to be sure.

Warm paper, ink, one green; the code stands on a receipt with a torn edge. Everything is vector
and letters from embedded fonts, so it prints sharp; equal input gives equal bytes.
"""

from reportlab.lib.colors import white
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from merchants.qr.matrix import QUIET_ZONE, Matrix
from merchants.sheets.base import Sheet, SheetText, file_name
from merchants.sheets.captions import ENGLISH, captions
from merchants.sheets.drawing import (
    INK,
    LINE,
    MUTED,
    PAPER,
    RULE,
    Layout,
    draw_centred,
    draw_code,
    draw_mark,
    draw_to_the_right,
    full_page,
    spot_of,
)
from merchants.sheets.lettering import BOLD, REGULAR, fit, printable
from merchants.sheets.logos import draw_logo, logo_size

title = "A4 poster"

CODE_SIDE = 110 * mm  # without the quiet zone, which the white receipt around it gives

_WIDTH, _HEIGHT = A4
_MIDDLE = _WIDTH / 2
_FRAME = 8 * mm  # from the edge of the page: most printers reach no further
_TEXT_WIDTH = 166 * mm
_LOGO_WIDTH, _LOGO_HEIGHT = 80 * mm, 20 * mm
_NAME = ((1, 54, 34), (2, 40, 26), (3, 28, 20), (5, 19, 12))
_NAME_UNDER_LOGO = ((1, 44, 30), (2, 30, 20), (3, 20, 14), (5, 13, 9))
_RECEIPT_WIDTH = 150 * mm
_RECEIPT_TOP, _RECEIPT_BOTTOM = _HEIGHT - 83 * mm, 38 * mm
_CODE_BOTTOM = 69 * mm
_QUIET = CODE_SIDE * QUIET_ZONE / 37  # in modules of version 5: no link is shorter, longer ones need less


def draw(link: str, text: SheetText) -> Sheet:
    """The poster as one A4 page. Refused (422) when a text cannot be printed or does not fit."""
    return Sheet(full_page(layout, link, text), "application/pdf", file_name(text, ".pdf"))


def _poster(page: Canvas, place: int, modules: Matrix, text: SheetText) -> None:
    _paper(page)
    _mark(page, text)
    _payee(page, text)
    _instruction(page, text)
    draw_code(page, modules, left=_MIDDLE - CODE_SIDE / 2, bottom=_CODE_BOTTOM, side=CODE_SIDE)
    _check_words(page, text)
    _notes(page, text)


layout = Layout(size=lambda text: A4, draw=_poster)


def _paper(page: Canvas) -> None:
    """The warm sheet and the white receipt with its torn edge."""
    page.setLineWidth(0.8)
    page.setStrokeColor(LINE)
    page.setFillColor(PAPER)
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
    left, baseline = (_WIDTH - _TEXT_WIDTH) / 2, _HEIGHT - 20.5 * mm
    draw_mark(page, left=left, baseline=baseline, size=15)
    words = fit(spot_of(text), font=REGULAR, width=_TEXT_WIDTH * 0.6, steps=((1, 15, 10), (2, 10, 8)))
    draw_to_the_right(page, words, right=left + _TEXT_WIDTH, baseline=baseline, colour=MUTED)


def _payee(page: Canvas, text: SheetText) -> None:
    """Logo, trade name, the largest thing to read, and place; together in the middle of their space."""
    steps = _NAME_UNDER_LOGO if text.logo else _NAME
    name = fit(printable(text.trade_name), font=BOLD, width=_TEXT_WIDTH, steps=steps)
    place = fit(printable(text.place), font=REGULAR, width=_TEXT_WIDTH, steps=((1, 17, 13), (2, 13, 10)))
    space_top, space_bottom, gap = _HEIGHT - 26 * mm, _RECEIPT_TOP + 4 * mm, 2.5 * mm
    room = space_top - space_bottom - name.height - gap - place.height - gap
    logo = logo_size(text.logo, width=_LOGO_WIDTH, height=min(_LOGO_HEIGHT, room))
    above = logo[1] + gap if logo[1] else 0
    top = (space_top + space_bottom + name.height + gap + place.height + above) / 2
    if text.logo and above:
        draw_logo(page, text.logo, left=_MIDDLE - logo[0] / 2, bottom=top - logo[1], size=logo)
        top -= above
    draw_centred(page, name, middle=_MIDDLE, top=top, colour=INK)
    draw_centred(page, place, middle=_MIDDLE, top=top - name.height - gap, colour=MUTED)


def _instruction(page: Canvas, text: SheetText) -> None:
    """The first language large, the others small below it, at the head of the receipt."""
    first, *others = (printable(sentence) for sentence in text.instruction)
    width = _RECEIPT_WIDTH - 14 * mm
    large = fit(first, font=BOLD, width=width, steps=((1, 24, 15), (2, 14, 11)))
    small = fit(" · ".join(others), font=REGULAR, width=width, steps=((1, 13, 9), (2, 9, 7)))
    space_top, space_bottom = _RECEIPT_TOP, _CODE_BOTTOM + CODE_SIDE + _QUIET
    top = (space_top + space_bottom + large.height + small.height) / 2
    draw_centred(page, large, middle=_MIDDLE, top=top, colour=INK)
    draw_centred(page, small, middle=_MIDDLE, top=top - large.height, colour=MUTED)


def _check_words(page: Canvas, text: SheetText) -> None:
    """The two words under a rule at the foot of the receipt, as a total would stand there."""
    rule = _CODE_BOTTOM - _QUIET - 1 * mm
    page.setStrokeColor(RULE)
    page.setDash(4, 3)
    page.line(_MIDDLE - CODE_SIDE / 2, rule, _MIDDLE + CODE_SIDE / 2, rule)
    caption = fit(captions(text.language).check_words, font=REGULAR, width=CODE_SIDE, steps=((1, 11, 8),))
    words = fit(printable(" ".join(text.check_words)), font=BOLD, width=CODE_SIDE, steps=((1, 23, 14),))
    top = rule - 2 * mm
    draw_centred(page, caption, middle=_MIDDLE, top=top, colour=MUTED)
    draw_centred(page, words, middle=_MIDDLE, top=top - caption.height, colour=INK)


def _notes(page: Canvas, text: SheetText) -> None:
    """What opens, and the rule that makes a swapped sticker useless; in English too for visitors."""
    note = fit(printable(text.code_note), font=BOLD, width=_TEXT_WIDTH, steps=((1, 12, 9), (2, 9, 7)))
    top = _RECEIPT_BOTTOM - 7 * mm
    draw_centred(page, note, middle=_MIDDLE, top=top, colour=INK)
    top -= note.height + 1.2 * mm
    for caution in dict.fromkeys((captions(text.language).caution, ENGLISH.caution)):
        small = fit(caution, font=REGULAR, width=_TEXT_WIDTH, steps=((1, 11, 8),))
        draw_centred(page, small, middle=_MIDDLE, top=top, colour=MUTED)
        top -= small.height
