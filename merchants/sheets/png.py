"""The bare code as PNG, for places that take no SVG: 60 mm at 300 dots an inch.

Every module is a whole number of dots, so no edge is blurred; what is left over widens the
quiet zone. The file carries its resolution, so that a layout program places it at 60 mm.

It is written as it is, without an image in between: one bit a dot, and each line of dots as its difference
from the one above (PNG filter "up"), which is nothing for all lines of a module but the first. Half the time.
"""

import struct
import zlib

from merchants.qr.matrix import QUIET_ZONE, Matrix, matrix
from merchants.sheets.base import Sheet, SheetText, file_name

title = "Code alone, PNG of 300 dpi"

DOTS_PER_INCH = 300
MILLIMETRES = 60

_SIDE = round(MILLIMETRES / 25.4 * DOTS_PER_INCH)
_BYTES = -(-_SIDE // 8)
_PER_METRE = round(DOTS_PER_INCH / 0.0254)
_UP = b"\2"
_SAME = _UP + bytes(_BYTES)  # a line like the one above
_WHITE = (1 << _SIDE) - 1 << _BYTES * 8 - _SIDE


def draw(link: str, text: SheetText) -> Sheet:
    """Black on white, one bit a dot."""
    return Sheet(_file(zlib.compress(_lines(matrix(link)), 1)), "image/png", file_name(text, ".png"))


def _lines(modules: Matrix) -> bytes:
    """All lines of dots from the top, each with its filter before it; a set bit is white."""
    dots = _SIDE // (len(modules) + 2 * QUIET_ZONE)
    margin = (_SIDE - len(modules) * dots) // 2
    dark, light = "1" * dots, "0" * dots
    shift = _BYTES * 8 - margin - len(modules) * dots
    lines, above = [], 0
    blank = (0, margin), (0, _SIDE - margin - len(modules) * dots)
    rows = [(int("".join([dark if module else light for module in row]), 2), dots) for row in modules]
    for row, count in (blank[0], *rows, blank[1]):
        line = _WHITE ^ row << shift
        lines.append(_UP + _difference(line, above) + _SAME * (count - 1))
        above = line
    return b"".join(lines)


def _difference(line: int, above: int) -> bytes:
    """Byte by byte, without a borrow between them (PNG section 9.2)."""
    pairs = zip(line.to_bytes(_BYTES, "big"), above.to_bytes(_BYTES, "big"), strict=True)
    return bytes([one - other & 255 for one, other in pairs])


def _file(packed: bytes) -> bytes:
    """ISO/IEC 15948: header (grey, one bit), resolution, dots, end."""
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        (
            _chunk(b"IHDR", struct.pack(">IIBBBBB", _SIDE, _SIDE, 1, 0, 0, 0, 0)),
            _chunk(b"pHYs", struct.pack(">IIB", _PER_METRE, _PER_METRE, 1)),
            _chunk(b"IDAT", packed),
            _chunk(b"IEND", b""),
        )
    )


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
