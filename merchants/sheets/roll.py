"""A strip for an 80 mm receipt printer: 72 mm are printed, black alone, as long as its words need."""

from dataclasses import dataclass

from reportlab.lib.colors import black
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from merchants.qr.matrix import Matrix
from merchants.sheets.base import Sheet, SheetText, file_name
from merchants.sheets.captions import captions
from merchants.sheets.drawing import Layout, draw_centred, draw_code_on_white, full_page, spot_of
from merchants.sheets.lettering import BOLD, REGULAR, Lettering, fit, printable
from merchants.sheets.logos import draw_logo, logo_size

title = "Strip for an 80 mm receipt printer"

WIDTH, PRINTED = 80 * mm, 72 * mm
CODE_SIDE = 66 * mm  # with its quiet zone

_MARGIN, _GAP = 4 * mm, 2.5 * mm
_LOGO_WIDTH, _LOGO_HEIGHT = 50 * mm, 16 * mm


@dataclass(frozen=True)
class _Block:
    """Lines and the white under them."""

    words: Lettering
    gap: float


def draw(link: str, text: SheetText) -> Sheet:
    """One strip. Refused (422) when a text cannot be printed or does not fit."""
    return Sheet(full_page(layout, link, text), "application/pdf", file_name(text, "-roll.pdf"))


def _size(text: SheetText) -> tuple[float, float]:
    blocks = [*_over(text), *_under(text)]
    words = sum(block.words.height + block.gap for block in blocks)
    return WIDTH, 2 * _MARGIN + _logo_height(text) + CODE_SIDE + words


def _strip(page: Canvas, place: int, modules: Matrix, text: SheetText) -> None:
    top = _size(text)[1] - _MARGIN
    if text.logo and _logo_height(text):
        logo = logo_size(text.logo, width=_LOGO_WIDTH, height=_LOGO_HEIGHT)
        draw_logo(page, text.logo, left=(WIDTH - logo[0]) / 2, bottom=top - logo[1], size=logo, grey=True)
        top -= _logo_height(text)
    for block in _over(text):
        top = draw_centred(page, block.words, middle=WIDTH / 2, top=top, colour=black) - block.gap
    top -= CODE_SIDE
    draw_code_on_white(page, modules, left=(WIDTH - CODE_SIDE) / 2, bottom=top, side=CODE_SIDE)
    for block in _under(text):
        top = draw_centred(page, block.words, middle=WIDTH / 2, top=top, colour=black) - block.gap


def _logo_height(text: SheetText) -> float:
    """With the white under it."""
    _, height = logo_size(text.logo, width=_LOGO_WIDTH, height=_LOGO_HEIGHT)
    return height + _GAP if height else 0


layout = Layout(size=_size, draw=_strip, paper="80 mm roll")


def _over(text: SheetText) -> list[_Block]:
    first, *others = (printable(sentence) for sentence in text.instruction)
    return [
        _block(printable(text.trade_name), BOLD, ((1, 20, 13), (3, 13, 9), (6, 9, 7))),
        _block(printable(text.place), REGULAR, ((1, 10, 8), (5, 8, 7))),
        _block(spot_of(text), REGULAR, ((1, 10, 8), (4, 8, 7)), gap=_GAP),
        _block(first, BOLD, ((1, 13, 9), (3, 9, 8))),
        _block(" · ".join(others), REGULAR, ((2, 9, 7), (5, 7, 6))),
    ]


def _under(text: SheetText) -> list[_Block]:
    caption = captions(text.language)
    return [
        _block(caption.check_words, REGULAR, ((2, 9, 7),)),
        _block(printable(" ".join(text.check_words)), BOLD, ((1, 18, 11),), gap=_GAP),
        _block(caption.caution, REGULAR, ((3, 9, 7),)),
        _block(printable(text.code_note), REGULAR, ((4, 9, 7), (8, 7, 6))),
    ]


def _block(words: str, font: str, steps: tuple[tuple[int, int, int], ...], *, gap: float = 0) -> _Block:
    fitted = fit(words, font=font, width=PRINTED, steps=steps)
    return _Block(fitted, gap if fitted.lines else 0)
