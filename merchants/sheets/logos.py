"""The shop's picture on a sheet: as large as its room and its dots allow, embedded once a file.

It stands by the trade name, never on the code. Lengths are points. Equal input gives equal bytes.
"""

from hashlib import sha256
from io import BytesIO

from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from merchants.core.picture import Picture

_LEAST = 6  # points; less is a speck, and the words need the room


def logo_size(logo: Picture | None, *, width: float, height: float) -> tuple[float, float]:
    """Width and height within this room, (0, 0) where there is none; a dot is never larger than a point."""
    if logo is None:
        return 0, 0
    scale = min(width / logo.width, height / logo.height, 1)
    sides = logo.width * scale, logo.height * scale
    return sides if max(sides) >= _LEAST else (0, 0)


def draw_logo(
    page: Canvas, logo: Picture, *, left: float, bottom: float, size: tuple[float, float], grey: bool = False
) -> None:
    """The picture at this place. grey: on white and without colours, for printers that have black alone."""
    name = f"logo-{sha256(logo.content).hexdigest()[:16]}{'-grey' if grey else ''}"
    if not page.hasForm(name):
        page.beginForm(name, 0, 0, 1, 1)
        page.drawImage(_reader(logo, grey), 0, 0, 1, 1, mask="auto")
        page.endForm()
    page.saveState()
    page.translate(left, bottom)
    page.scale(*size)
    page.doForm(name)
    page.restoreState()


def _reader(logo: Picture, grey: bool) -> ImageReader:
    if not grey:
        return ImageReader(BytesIO(logo.content))
    with Image.open(BytesIO(logo.content), formats=["PNG"]) as image:
        dots = image.convert("RGBA")
    paper = Image.new("RGBA", dots.size, "white")
    paper.alpha_composite(dots)
    return ImageReader(paper.convert("L"))
