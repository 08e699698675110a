"""The A6 table tent, two on an A4 sheet: cut down the middle, fold across, and both sides of a table scan.

Each half of the page is one tent: two A6 faces head to head over the fold, the upper one upside down.
"""

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from merchants.qr.matrix import Matrix
from merchants.sheets.base import Sheet, SheetText, file_name
from merchants.sheets.captions import captions
from merchants.sheets.drawing import (
    INK,
    MUTED,
    RULE,
    Layout,
    draw_centred,
    draw_code_on_white,
    draw_mark,
    draw_to_the_right,
    full_page,
    spot_of,
)
from merchants.sheets.lettering import BOLD, REGULAR, fit, printable
from merchants.sheets.logos import draw_logo, logo_size

title = "Table tents, two on A4"

CODE_SIDE = 68 * mm  # with its quiet zone

_PAGE_WIDTH, _PAGE_HEIGHT = A4
_WIDTH, _HEIGHT = _PAGE_WIDTH / 2, _PAGE_HEIGHT / 2
_MIDDLE = _WIDTH / 2
_TEXT_WIDTH = _WIDTH - 20 * mm
_CODE_BOTTOM = 44 * mm
_LOGO_WIDTH, _LOGO_HEIGHT, _LOGO_GAP = 50 * mm, 13 * mm, 1.5 * mm
_NAME = ((1, 24, 16), (2, 17, 12), (4, 11, 7))
_NAME_UNDER_LOGO = ((1, 18, 12), (2, 13, 9), (4, 9, 6))


def draw(link: str, text: SheetText) -> Sheet:
    """One A4 page with two tents. Refused (422) when a text cannot be printed or does not fit."""
    return Sheet(full_page(layout, link, text), "application/pdf", file_name(text, "-tent.pdf"))


def _tent(page: Canvas, place: int, modules: Matrix, text: SheetText) -> None:
    page.saveState()
    page.translate(place * _WIDTH, 0)
    _face(page, text, modules)
    page.translate(_WIDTH, _PAGE_HEIGHT)
    page.rotate(180)
    _face(page, text, modules)
    page.restoreState()


def _face(page: Canvas, text: SheetText, modules: Matrix) -> None:
    """One A6 face with its lower left corner at the origin: payee, code, what to do, how to be sure."""
    sizes = _NAME_UNDER_LOGO if text.logo else _NAME
    name = fit(printable(text.trade_name), font=BOLD, width=_TEXT_WIDTH, steps=sizes)
    place = fit(printable(text.place), font=REGULAR, width=_TEXT_WIDTH, steps=((1, 10, 7), (3, 7, 6)))
    space_top, space_bottom = _HEIGHT - 7 * mm, _CODE_BOTTOM + CODE_SIDE
    room = space_top - space_bottom - name.height - place.height - _LOGO_GAP
    logo = logo_size(text.logo, width=_LOGO_WIDTH, height=min(_LOGO_HEIGHT, room))
    above = logo[1] + _LOGO_GAP if logo[1] else 0
    top = (space_top + space_bottom + name.height + place.height + above) / 2
    if text.logo and above:
        draw_logo(page, text.logo, left=_MIDDLE - logo[0] / 2, bottom=top - logo[1], size=logo)
        top -= above
    top = draw_centred(page, name, middle=_MIDDLE, top=top, colour=INK)
    draw_centred(page, place, middle=_MIDDLE, top=top, colour=MUTED)
    draw_code_on_white(page, modules, left=_MIDDLE - CODE_SIDE / 2, bottom=_CODE_BOTTOM, side=CODE_SIDE)
    first, *others = (printable(sentence) for sentence in text.instruction)
    top = _CODE_BOTTOM
    for words, font, colour, steps in (
        (first, BOLD, INK, ((1, 13, 9), (2, 9, 7))),
        (" · ".join(others), REGULAR, MUTED, ((1, 9, 7), (2, 7, 5))),
    ):
        lines = fit(words, font=font, width=_TEXT_WIDTH, steps=steps)
        top = draw_centred(page, lines, middle=_MIDDLE, top=top, colour=colour)
    _check_words(page, text)


def _check_words(page: Canvas, text: SheetText) -> None:
    """The two words, what they are for, and where this tent stands."""
    rule = 25 * mm
    page.setStrokeColor(RULE)
    page.setLineWidth(0.6)
    page.setDash(3, 2)
    page.line(_MIDDLE - CODE_SIDE / 2, rule, _MIDDLE + CODE_SIDE / 2, rule)
    page.setDash()
    caption = captions(text.language)
    top = rule - 1.5 * mm
    for words, font, colour, steps in (
        (caption.check_words, REGULAR, MUTED, ((1, 8, 6), (2, 6, 5))),
        (printable(" ".join(text.check_words)), BOLD, INK, ((1, 14, 9),)),
        (caption.caution, REGULAR, MUTED, ((1, 7, 6), (2, 6, 5))),
    ):
        lines = fit(words, font=font, width=_TEXT_WIDTH, steps=steps)
        top = draw_centred(page, lines, middle=_MIDDLE, top=top, colour=colour)
    baseline = 5.5 * mm
    draw_mark(page, left=10 * mm, baseline=baseline, size=7)
    lines = fit(spot_of(text), font=REGULAR, width=_TEXT_WIDTH * 0.6, steps=((1, 7, 5), (2, 5, 4)))
    first = baseline + lines.height - lines.leading if lines.lines else baseline
    draw_to_the_right(page, lines, right=_WIDTH - 10 * mm, baseline=first, colour=MUTED)


def _where_to_fold_and_cut(page: Canvas) -> None:
    """Short marks at the edges alone: nothing runs through a face."""
    page.setStrokeColor(RULE)
    page.setLineWidth(0.4)
    for y in (0, _PAGE_HEIGHT - 6 * mm):
        page.line(_WIDTH, y, _WIDTH, y + 6 * mm)
    page.setDash(2, 2)
    for x in (0, _PAGE_WIDTH - 6 * mm):
        page.line(x, _HEIGHT, x + 6 * mm, _HEIGHT)
    page.setDash()


layout = Layout(
    size=lambda text: A4,
    draw=_tent,
    places=2,
    marks=_where_to_fold_and_cut,
    holds="2 tents of A6 on a sheet",
)
