"""How a sheet looks before it is taken: a small picture, drawn now and not kept; its paper in words."""

from dataclasses import replace
from uuid import UUID

from django.conf import settings

from base.core.errors import Refused
from merchants.models import Branch, QrCode
from merchants.qr.link import TOKEN_LENGTH
from merchants.queries.logos import logo_picture
from merchants.queries.sheets import draw_sheet, sheet_text
from merchants.sheets import LAYOUTS, SHEETS
from merchants.sheets.base import Sheet
from merchants.sheets.drawing import pages

_WIDTH, _HEIGHT = 480, 680  # dots: two for each that a page shows
_OF_A_BARE_CODE = {"svg": "60 × 60 mm, sharp at any size", "png": "60 × 60 mm at 300 dots an inch"}
_NOBODY = UUID(int=0)


def preview_of(code: QrCode, sheet: str) -> Sheet:
    """What was kept of this sheet, else what would be drawn now. Refused as `draw_sheet`."""
    kept = code.sheets.filter(sheet=sheet).first()
    drawn = Sheet(bytes(kept.content), kept.media_type, kept.file_name) if kept else draw_sheet(code, sheet)
    return drawn.in_small(width=_WIDTH, height=_HEIGHT) if sheet in LAYOUTS else drawn


def preview_of_run(branch: Branch, sheet: str) -> Sheet:
    """The first page of a run at this branch: sample labels, and a code without signature that pays nobody.

    Refused sheet_unknown (404), sheet_* (422) for a text that cannot be printed.
    """
    if sheet not in LAYOUTS:
        raise Refused("sheet_unknown", "There is no such sheet.", status=404)
    layout = LAYOUTS[sheet]
    sample = QrCode(id=_NOBODY, merchant=branch.merchant, branch=branch)
    text = sheet_text(sample, logo=logo_picture(branch.merchant))
    link = f"{settings.BASE_URL}/q/{'0' * TOKEN_LENGTH}"
    codes = [(link, replace(text, label=f"Table {number}")) for number in range(1, layout.places + 1)]
    drawn = Sheet(pages(layout, codes, title="Preview"), "application/pdf", "")
    return drawn.in_small(width=_WIDTH, height=_HEIGHT)


def paper_of(code: QrCode) -> dict[str, str]:
    """Of each sheet its paper, as "A4, 210 × 297 mm"; its name alone for a text that cannot be printed."""
    text, papers = sheet_text(code, logo=logo_picture(code.merchant)), dict(_OF_A_BARE_CODE)
    for name, layout in LAYOUTS.items():
        try:
            papers[name] = layout.paper_of(text)
        except Refused:
            papers[name] = layout.paper
    return {name: papers[name] for name in SHEETS}
