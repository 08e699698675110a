"""A code's sheets: as they are drawn today, and those that were printed.

Not handed on by `merchants.queries`: who only reads rows has no need of what draws pictures.
"""

from urllib.parse import urlsplit

from django.conf import settings

from base.core.errors import Refused
from merchants.core.instructions import code_note, instruction, language_of
from merchants.core.picture import Picture
from merchants.core.words import words_of
from merchants.models import PrintedSheet, QrCode
from merchants.queries.codes import link_of
from merchants.queries.logos import logo_picture
from merchants.sheets import LAYOUTS, SHEETS
from merchants.sheets.base import Sheet, SheetText


def draw_sheet(code: QrCode, sheet: str) -> Sheet:
    """A sheet as it is drawn today, not kept (`flows.print_sheet` keeps it). Refused sheet_unknown (404)."""
    if sheet not in SHEETS:
        raise Refused("sheet_unknown", "There is no such sheet.", status=404)
    logo = logo_picture(code.merchant) if sheet in LAYOUTS else None
    return SHEETS[sheet].draw(link_of(code), sheet_text(code, logo=logo))


def sheet_text(code: QrCode, *, logo: Picture | None = None) -> SheetText:
    """The words on a sheet of this code, as they are today. logo: `logo_picture` of its shop."""
    place = code.branch.country, code.branch.region
    return SheetText(
        trade_name=code.merchant.trade_name,
        place=code.branch.place,
        label=code.label,
        till=code.till.name if code.till else "",
        check_words=words_of(code.pk),
        instruction=instruction(*place),
        code_note=code_note(*place, host=urlsplit(settings.BASE_URL).netloc),
        language=language_of(*place),
        logo=logo,
    )


def sheets_of(code: QrCode) -> dict[str, PrintedSheet]:
    """The sheets that were printed of a code, by kind, without their bytes; one query."""
    return {row.sheet: row for row in code.sheets.defer("content")}
