"""The bare code as PNG, for places that take no SVG: 60 mm at 300 dots an inch.

Every module is a whole number of dots, so no edge is blurred; what is left over widens the
quiet zone. The file carries its resolution, so that a layout program places it at 60 mm.
"""

from io import BytesIO

from PIL import Image

from merchants.qr.matrix import QUIET_ZONE, matrix
from merchants.sheets.base import Sheet, SheetText, file_name

title = "Code alone, PNG of 300 dpi"

DOTS_PER_INCH = 300
MILLIMETRES = 60


def draw(link: str, text: SheetText) -> Sheet:
    """Black on white, one bit a dot."""
    modules = matrix(link)
    count = len(modules)
    side = round(MILLIMETRES / 25.4 * DOTS_PER_INCH)
    dots = side // (count + 2 * QUIET_ZONE)
    code = Image.new("1", (count, count))
    code.putdata([0 if dark else 255 for row in modules for dark in row])
    page = Image.new("1", (side, side), 255)
    margin = (side - count * dots) // 2
    page.paste(code.resize((count * dots, count * dots), Image.Resampling.NEAREST), (margin, margin))
    file = BytesIO()
    page.save(file, "PNG", dpi=(DOTS_PER_INCH, DOTS_PER_INCH), optimize=True)
    return Sheet(file.getvalue(), "image/png", file_name(text, ".png"))
