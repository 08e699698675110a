"""A picture that a person sent, made anew from its dots: small, plain and ours to show and print.

Only PNG, JPEG and WebP are read, told by their first bytes. Bytes, dots and scans are counted before
anything is unpacked, so a small file cannot cost much memory or time. Of the file nothing survives but the
dots as they are seen: no place where it was taken, no tail, no colour profile, no second frame.
"""

import struct
import zlib
from dataclasses import dataclass
from io import BytesIO

from PIL import Image

from base.core.errors import Refused

MOST_BYTES = 2 * 1024 * 1024
MOST_DOTS = 20_000_000
MOST_SCANS = 100  # of a progressive JPEG; a camera writes about ten, and each one costs time for every dot

_SIGNATURES = {"PNG": b"\x89PNG\r\n\x1a\n", "JPEG": b"\xff\xd8\xff", "WEBP": b"RIFF"}
_PNG_END = b"\0\0\0\0IEND\xaeB`\x82"
_SCAN = b"\xff\xda"  # within a scan the byte ff is followed by 00, so this is always a marker
_ORIENTATION = 0x0112
_TURNS = {
    2: (Image.Transpose.FLIP_LEFT_RIGHT,),
    3: (Image.Transpose.ROTATE_180,),
    4: (Image.Transpose.FLIP_TOP_BOTTOM,),
    5: (Image.Transpose.TRANSPOSE,),
    6: (Image.Transpose.ROTATE_270,),
    7: (Image.Transpose.TRANSVERSE,),
    8: (Image.Transpose.ROTATE_90,),
}
# What Pillow raises for a file that is not what it says it is.
_BROKEN = (OSError, SyntaxError, ValueError, TypeError, IndexError, EOFError, struct.error, zlib.error)


@dataclass(frozen=True, slots=True)
class Picture:
    """content: a PNG without any metadata. width, height: in dots."""

    content: bytes
    width: int
    height: int


def reencoded(content: bytes, *, longest_side: int) -> Picture:
    """The first frame, upright, with its transparency, its longer side at most `longest_side` dots.

    A smaller picture stays as large as it is. Refused (422): picture_too_many_bytes, picture_too_large,
    picture_kind_unsupported, picture_broken. Equal input gives equal bytes with the same Pillow.
    """
    if len(content) > MOST_BYTES:
        message = (
            "This file is larger than 2 MB. Nothing was kept. Make the picture smaller and send it again."
        )
        raise _no("picture_too_many_bytes", message)
    kind = _kind(content)
    try:
        _check_size(*_stated_size(kind, content))
        _check_whole(kind, content)
        with Image.open(BytesIO(content), formats=(kind,)) as image:
            _check_size(*image.size)
            return _plain(image, longest_side)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_large() from None
    except _BROKEN:
        raise _broken() from None


def _kind(content: bytes) -> str:
    for kind, signature in _SIGNATURES.items():
        if content.startswith(signature) and (kind != "WEBP" or content[8:12] == b"WEBP"):
            return kind
    message = "This is no PNG, JPEG or WebP picture. Nothing was kept. Save it as PNG, and send that."
    raise _no("picture_kind_unsupported", message)


def _stated_size(kind: str, content: bytes) -> tuple[int, int]:
    """Width and height by the header, read before Pillow makes room for them; (1, 1) where it makes none yet.

    PNG: RFC 2083 section 4.1.1. WebP: RFC 9649 sections 2.7, 3.4 and RFC 6386 section 9.1.
    """
    if kind == "PNG":
        width, height = struct.unpack_from(">II", content, 16)
        return width, height
    if kind == "JPEG":
        return 1, 1
    form = content[12:16]
    if form == b"VP8X":
        packed = int.from_bytes(content[24:30], "little")
        return 1 + (packed & 0xFFFFFF), 1 + (packed >> 24)
    if form == b"VP8L":
        packed = int.from_bytes(content[21:25], "little")
        return 1 + (packed & 0x3FFF), 1 + (packed >> 14 & 0x3FFF)
    if form == b"VP8 ":
        width, height = struct.unpack_from("<HH", content, 26)
        return width & 0x3FFF, height & 0x3FFF
    raise _broken()


def _check_size(width: int, height: int) -> None:
    if width < 1 or height < 1:
        raise _broken()
    if width * height > MOST_DOTS:
        raise _too_large(f"This picture has {width} × {height} dots. ")


def _check_whole(kind: str, content: bytes) -> None:
    """What Pillow does not look at: a PNG's last chunk, and how often a JPEG paints itself over."""
    if kind == "PNG" and _PNG_END not in content:
        raise _broken()
    if kind == "JPEG" and content.count(_SCAN) > MOST_SCANS:
        raise _broken()


def _plain(image: Image.Image, longest_side: int) -> Picture:
    turns = _TURNS.get(_orientation(image), ())
    image.draft("RGB", (longest_side * 2, longest_side * 2))  # a JPEG is unpacked no larger than needed
    seen = _coloured(image)
    seen.thumbnail((longest_side, longest_side), Image.Resampling.LANCZOS)
    for turn in turns:
        seen = seen.transpose(turn)
    seen.info.clear()
    file = BytesIO()
    seen.save(file, "PNG")
    return Picture(file.getvalue(), *seen.size)


def _coloured(image: Image.Image) -> Image.Image:
    """Eight bits a colour, and transparency if there is any."""
    if image.mode.startswith("I"):  # grey of 16 bits, which Pillow would cut off at 255 and not scale
        return image.convert("I").point(lambda grey: grey / 257).convert("L").convert("RGB")
    mode = "RGBA" if image.has_transparency_data else "RGB"
    return image if image.mode == mode else image.convert(mode)  # a copy would be 80 MB at the most


def _orientation(image: Image.Image) -> int:
    """1 (upright) to 8, as Exif counts; 1 where the file's words about itself cannot be read."""
    try:
        return int(image.getexif().get(_ORIENTATION, 1))
    except _BROKEN:
        return 1


def _too_large(what: str = "This picture has too many dots. ") -> Refused:
    message = f"{what}At most 20 million are taken. Nothing was kept. Make it smaller and send it again."
    return _no("picture_too_large", message)


def _broken() -> Refused:
    message = "This picture is damaged or cut short. Nothing was kept. Open it, save it again, and send that."
    return _no("picture_broken", message)


def _no(code: str, message: str) -> Refused:
    return Refused(code, message, status=422, field="picture")
