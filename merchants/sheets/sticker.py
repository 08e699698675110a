"""Twelve stickers of 50 mm on an A4 sheet, with marks to cut along.

Read at arm's length: the code as large as it can be, the payee over it, the check words under it.
"""

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from base.core.errors import Refused
from merchants.qr.matrix import Matrix
from merchants.sheets.base import Sheet, SheetText, file_name
from merchants.sheets.drawing import (
    INK,
    MUTED,
    RULE,
    Layout,
    draw_centred,
    draw_code_on_white,
    full_page,
    spot_of,
)
from merchants.sheets.lettering import BOLD, REGULAR, Lettering, fit, printable
from merchants.sheets.logos import draw_logo, logo_size

title = "Stickers of 50 mm, twelve on A4"

SIDE = 50 * mm
COLUMNS, ROWS = 3, 4
CODE_SIDE = 35 * mm  # with its quiet zone

_PAGE_WIDTH, _PAGE_HEIGHT = A4
_GAP_X = (_PAGE_WIDTH - COLUMNS * SIDE) / (COLUMNS + 1)
_GAP_Y = (_PAGE_HEIGHT - ROWS * SIDE) / (ROWS + 1)
_MIDDLE = SIDE / 2
_TEXT_WIDTH = SIDE - 4 * mm
_CODE_BOTTOM = 6.2 * mm
_LOGO_WIDTH, _LOGO_HEIGHT, _LOGO_GAP = 14 * mm, 7.4 * mm, 1 * mm


def draw(link: str, text: SheetText) -> Sheet:
    """One A4 page of twelve. Refused (422) when a text cannot be printed or does not fit."""
    return Sheet(full_page(layout, link, text), "application/pdf", file_name(text, "-stickers.pdf"))


def _sticker(page: Canvas, place: int, modules: Matrix, text: SheetText) -> None:
    """One sticker; the first place is at the head on the left, as one reads."""
    row, column = divmod(place, COLUMNS)
    page.saveState()
    page.translate(_GAP_X + column * (SIDE + _GAP_X), _GAP_Y + (ROWS - 1 - row) * (SIDE + _GAP_Y))
    _head(page, text)
    draw_code_on_white(page, modules, left=_MIDDLE - CODE_SIDE / 2, bottom=_CODE_BOTTOM, side=CODE_SIDE)
    words = fit(printable(" ".join(text.check_words)), font=BOLD, width=_TEXT_WIDTH, steps=((1, 7, 5),))
    instruction = fit(
        printable(text.instruction[0]), font=REGULAR, width=_TEXT_WIDTH, steps=((1, 6, 4), (2, 4, 3))
    )
    top = draw_centred(page, words, middle=_MIDDLE, top=_CODE_BOTTOM - 0.2 * mm, colour=INK)
    draw_centred(page, instruction, middle=_MIDDLE, top=top, colour=MUTED)
    _marks(page)
    page.restoreState()


def _head(page: Canvas, text: SheetText) -> None:
    """Payee and spot over the code, the logo at their left."""
    space_top, space_bottom = SIDE - 0.4 * mm, _CODE_BOTTOM + CODE_SIDE
    logo, name, spot = _beside_logo(text)
    left = (SIDE - _TEXT_WIDTH) / 2
    middle = _MIDDLE + (logo[0] + _LOGO_GAP) / 2 if logo[0] else _MIDDLE
    if text.logo and logo[0]:
        bottom = (space_top + space_bottom - logo[1]) / 2
        draw_logo(page, text.logo, left=left, bottom=bottom, size=logo)
    top = (space_top + space_bottom + name.height + spot.height) / 2
    top = draw_centred(page, name, middle=middle, top=top, colour=INK)
    draw_centred(page, spot, middle=middle, top=top, colour=INK)


def _beside_logo(text: SheetText) -> tuple[tuple[float, float], Lettering, Lettering]:
    """The logo's size, payee and spot. The words come first: a logo that leaves them no room is left out."""
    name, spot = printable(text.trade_name), spot_of(text)
    logo = logo_size(text.logo, width=_LOGO_WIDTH, height=_LOGO_HEIGHT)
    if logo[0]:
        width = _TEXT_WIDTH - logo[0] - _LOGO_GAP
        try:
            return (
                logo,
                fit(name, font=BOLD, width=width, steps=((1, 9, 6), (2, 6, 4), (4, 3, 3))),
                fit(spot, font=REGULAR, width=width, steps=((1, 6, 4), (2, 3, 3))),
            )
        except Refused:
            pass
    return (
        (0, 0),
        fit(name, font=BOLD, width=_TEXT_WIDTH, steps=((1, 9, 6), (2, 6, 5), (4, 4, 3))),
        fit(spot, font=REGULAR, width=_TEXT_WIDTH, steps=((1, 8, 3), (2, 3, 3))),
    )


def _marks(page: Canvas) -> None:
    """A hair at each corner, outside of the sticker."""
    page.setStrokeColor(RULE)
    page.setLineWidth(0.4)
    for x, away in ((0, -1), (SIDE, 1)):
        for y, off in ((0, -1), (SIDE, 1)):
            page.line(x + away * 1 * mm, y, x + away * 4 * mm, y)
            page.line(x, y + off * 1 * mm, x, y + off * 4 * mm)


layout = Layout(size=lambda text: A4, draw=_sticker, places=COLUMNS * ROWS, holds="12 stickers on a sheet")
