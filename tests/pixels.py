"""Paper and screen as a camera sees them: files to pixels, pixels to the texts of the codes in them.

Used by every test that promises "this can be scanned". Nothing here knows how a sheet was drawn.
"""

import re
from io import BytesIO
from xml.etree import ElementTree

import pypdfium2
import zxingcpp
from PIL import Image, ImageDraw

_QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)


def pdf_pixels(content: bytes, *, dpi: int, page: int = 0) -> Image.Image:
    """One page of a PDF in grey, as a printer of `dpi` dots an inch would set it."""
    document = pypdfium2.PdfDocument(content)
    try:
        image: Image.Image = document[page].render(scale=dpi / 72).to_pil()
        return image.convert("L")
    finally:
        document.close()


def svg_pixels(content: bytes, *, dots_per_unit: int) -> Image.Image:
    """An SVG of filled rects and of paths with M, h, v, z only; anything else in it is an error."""
    root = ElementTree.fromstring(content)  # noqa: S314 - our own file
    _, _, width, height = (int(number) for number in root.attrib["viewBox"].split())
    image = Image.new("L", (width * dots_per_unit, height * dots_per_unit), 128)
    draw = ImageDraw.Draw(image)
    for element in root:
        kind = element.tag.removeprefix("{http://www.w3.org/2000/svg}")
        if kind == "title":
            continue
        shade = {"#fff": 255, "#000": 0}[element.attrib["fill"]]
        if kind == "rect":
            draw.rectangle((0, 0, int(element.attrib["width"]) * dots_per_unit, image.height), shade)
        else:
            assert kind == "path", f"unexpected element {kind}"
            for corners in _polygons(element.attrib["d"]):
                left, top = (min(values) * dots_per_unit for values in zip(*corners, strict=True))
                right, bottom = (max(values) * dots_per_unit - 1 for values in zip(*corners, strict=True))
                draw.rectangle((left, top, right, bottom), shade)
    return image


def _polygons(path: str) -> list[list[tuple[int, int]]]:
    """The corners of each closed rectangle of a path."""
    polygons: list[list[tuple[int, int]]] = []
    for command, numbers in re.findall(r"([A-Za-z])([-\d .]*)", path):
        values = [int(number) for number in numbers.split()]
        if command == "M":
            polygons.append([(values[0], values[1])])
        elif command != "z":
            x, y = polygons[-1][-1]
            dx, dy = {"h": (1, 0), "v": (0, 1)}[command]
            polygons[-1].append((x + dx * values[0], y + dy * values[0]))
    return polygons


def image_of(content: bytes) -> Image.Image:
    """A PNG or JPEG file in grey."""
    return Image.open(BytesIO(content)).convert("L")


def codes_in(image: Image.Image) -> list[str]:
    """The text of every QR code that a reader finds in the image."""
    return [code.text for code in zxingcpp.read_barcodes(image, formats=_QR)]


def code_box(image: Image.Image) -> tuple[int, int, int, int]:
    """Left, top, right, bottom in pixels of the one code in an upright image, without quiet zone."""
    (code,) = zxingcpp.read_barcodes(image, formats=_QR)
    corners = (
        code.position.top_left,
        code.position.top_right,
        code.position.bottom_left,
        code.position.bottom_right,
    )
    across, down = [corner.x for corner in corners], [corner.y for corner in corners]
    return min(across), min(down), max(across), max(down)
