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
    side = round(MILLIMETRES / 25.4 * DOTS_PER_INCH)
    dots = side // (len(modules) + 2 * QUIET_ZONE)
    margin = (side - len(modules) * dots) // 2
    white = _row([], dots, margin, side)
    rows = b"".join(_row(row, dots, margin, side) * dots for row in modules)
    below = side - margin - len(modules) * dots
    page = Image.frombytes("1", (side, side), white * margin + rows + white * below)
    file = BytesIO()
    page.save(file, "PNG", dpi=(DOTS_PER_INCH, DOTS_PER_INCH), compress_level=1)
    return Sheet(file.getvalue(), "image/png", file_name(text, ".png"))


def _row(modules: list[bool], dots: int, margin: int, side: int) -> bytes:
    """One line of dots, eight a byte, 1 is white."""
    code = "".join(("0" if dark else "1") * dots for dark in modules)
    line = f"{'1' * margin}{code}".ljust(side, "1").ljust(-(-side // 8) * 8, "0")
    return int(line, 2).to_bytes(len(line) // 8, "big")
