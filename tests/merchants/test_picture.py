"""A sent picture is made anew from its dots; one that would cost too much is refused while it is packed."""

import struct
import subprocess
import sys
import zlib
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageOps, ImageStat, PngImagePlugin

from base.core.errors import Refused
from merchants.core import picture
from merchants.core.picture import MOST_BYTES, Picture, reencoded

RED, BLUE, CLEAR = (200, 30, 30), (20, 40, 200), (0, 0, 0, 0)
KINDS = ["PNG", "JPEG", "WEBP"]
HTML = b"<!doctype html><script>alert(1)</script>"
ZIP = b"PK\x03\x04" + b"stowed away" * 20 + b"PK\x05\x06" + bytes(18)


def halves(width: int = 60, height: int = 20) -> Image.Image:
    """The left half red, the right half blue."""
    image = Image.new("RGB", (width, height), RED)
    image.paste(BLUE, (width // 2, 0, width, height))
    return image


def file_of(image: Image.Image, kind: str, **options: object) -> bytes:
    file = BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def shown(made: Picture) -> Image.Image:
    image = Image.open(BytesIO(made.content), formats=["PNG"])
    image.load()
    assert image.size == (made.width, made.height)
    return image


def dot(image: Image.Image, x: int, y: int) -> tuple[int, ...]:
    colours = image.getpixel((x, y))
    assert isinstance(colours, tuple)
    return colours


def refusal(content: bytes) -> str:
    with pytest.raises(Refused) as no:
        reencoded(content, longest_side=100)
    assert no.value.status == 422
    assert no.value.facts["field"] == "picture"
    assert "Nothing was kept." in no.value.message, "says what did not happen"
    return no.value.code


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png_of(width: int, height: int, packed: bytes) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def bomb() -> bytes:
    """A whole PNG of 30,000 by 30,000 dots in less than 1 MB."""
    packer = zlib.compressobj(9)
    row = bytes(30_001)
    packed = b"".join(packer.compress(row) for _ in range(30_000)) + packer.flush()
    return png_of(30_000, 30_000, packed)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_becomes_a_png_of_the_same_dots(kind: str) -> None:
    options = {"quality": 95} | ({"subsampling": 0} if kind == "JPEG" else {})
    made = reencoded(file_of(halves(), kind, **options), longest_side=100)
    image = shown(made)
    assert (image.format, image.mode, image.size) == ("PNG", "RGB", (60, 20)), "never made larger"
    for place, colour in (((5, 10), RED), ((55, 10), BLUE)):
        assert all(abs(a - b) < 12 for a, b in zip(dot(image, *place), colour, strict=True))
    assert made == reencoded(file_of(halves(), kind, **options), longest_side=100), "deterministic"


@pytest.mark.parametrize("kind", KINDS)
def test_the_longer_side_is_brought_to_its_limit(kind: str) -> None:
    assert shown(reencoded(file_of(halves(600, 200), kind), longest_side=90)).size == (90, 30)
    assert shown(reencoded(file_of(halves(200, 600), kind), longest_side=90)).size == (30, 90)
    assert shown(reencoded(file_of(halves(3000, 2), kind), longest_side=90)).size == (90, 1)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "PA", "RGBA", "I;16", "CMYK"])
def test_every_colour_mode_is_read(mode: str) -> None:
    if mode == "I;16":
        image = Image.new(mode, (40, 10), 40_000)
    else:
        image = halves(40, 10).convert("L" if mode == "LA" else "RGB").convert(mode)
    kind = {"PA": "WEBP", "CMYK": "JPEG"}.get(mode, "PNG")
    made = shown(reencoded(file_of(image, kind), longest_side=50))
    assert made.mode in {"RGB", "RGBA"}
    if mode == "I;16":
        assert dot(made, 0, 0) == (155, 155, 155), "sixteen bits are scaled, not cut off"
    else:
        lights = [ImageStat.Stat(made.crop((x, 0, x + 20, 10)).convert("L")).mean[0] for x in (0, 20)]
        assert lights[0] > lights[1], "red is lighter than blue"


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_transparency_is_kept(kind: str) -> None:
    image = halves().convert("RGBA")
    image.paste(CLEAR, (0, 0, 30, 20))
    made = shown(
        reencoded(file_of(image, kind, **({"lossless": True} if kind == "WEBP" else {})), longest_side=60)
    )
    assert made.mode == "RGBA"
    assert (dot(made, 5, 5)[3], dot(made, 55, 5)) == (0, (*BLUE, 255))


def test_one_transparent_colour_of_a_palette_is_kept() -> None:
    image = halves().convert("P", palette=Image.Palette.ADAPTIVE, colors=2)
    content = file_of(image, "PNG", transparency=image.getpixel((5, 5)))
    made = shown(reencoded(content, longest_side=60))
    assert (dot(made, 5, 5)[3], dot(made, 55, 5)[3]) == (0, 255)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_of_a_moving_picture_the_first_frame_stays(kind: str) -> None:
    first, second = Image.new("RGB", (30, 30), RED), Image.new("RGB", (30, 30), BLUE)
    content = file_of(first, kind, save_all=True, append_images=[second], duration=100)
    assert getattr(Image.open(BytesIO(content)), "n_frames", 1) == 2
    made = shown(reencoded(content, longest_side=30))
    assert getattr(made, "n_frames", 1) == 1
    assert dot(made, 15, 15)[0] > 150, "red"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("orientation", "size", "red"),
    [(1, (60, 20), (5, 10)), (3, (60, 20), (55, 10)), (6, (20, 60), (10, 5)), (8, (20, 60), (10, 55))],
)
def test_it_stands_upright_and_says_nothing_of_where_it_was_taken(
    kind: str, orientation: int, size: tuple[int, int], red: tuple[int, int]
) -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = orientation, "Secret camera"
    exif.get_ifd(0x8825).update({1: "N", 2: (52.0, 31.0, 12.0), 3: "E", 4: (13.0, 24.0, 18.0)})
    options: dict[str, object] = {"exif": exif, "icc_profile": b"a profile" * 20, "dpi": (300, 300)}
    if kind == "PNG":
        words = PngImagePlugin.PngInfo()
        words.add_text("Comment", HTML.decode())
        options["pnginfo"] = words
    content = file_of(halves(), kind, **options)
    assert b"Secret camera" in content, "the control: it was there"
    made = reencoded(content, longest_side=60)
    image = shown(made)
    assert image.size == size
    assert dot(image, *red)[0] > 150, "red is where a viewer shows it"
    assert not image.getexif() and not image.info
    assert chunks(made.content) == {b"IHDR", b"IDAT", b"IEND"}


def chunks(content: bytes) -> set[bytes]:
    found, at = set(), 8
    while at < len(content):
        (length,) = struct.unpack_from(">I", content, at)
        found.add(content[at + 4 : at + 8])
        at += 12 + length
    return found


@pytest.mark.parametrize("orientation", range(2, 9))
def test_each_way_of_holding_a_camera_is_turned_as_pillow_turns_it(orientation: int) -> None:
    image = halves(8, 4)
    image.putpixel((0, 0), (255, 255, 255))
    exif = Image.Exif()
    exif[0x0112] = orientation
    content = file_of(image, "PNG", exif=exif)
    turned = ImageOps.exif_transpose(Image.open(BytesIO(content)))
    assert shown(reencoded(content, longest_side=8)).tobytes() == turned.tobytes()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("tail", [HTML, ZIP])
def test_nothing_of_a_tail_survives(kind: str, tail: bytes) -> None:
    plain = file_of(halves(), kind)
    made = reencoded(plain + tail, longest_side=60)
    assert made == reencoded(plain, longest_side=60)
    assert tail[:12] not in made.content


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF", "ICO", "PPM", "AVIF", "JPEG2000"])
def test_other_kinds_are_refused_by_their_bytes(kind: str) -> None:
    assert refusal(file_of(halves(32, 32), kind)) == "picture_kind_unsupported"


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"\x89PNG", b"\xff\xd8", b"GIF89a" + HTML, HTML, ZIP, b"%PDF-1.7", b"RIFF\x20\0\0\0WAVEfmt "),
        *(b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', b'<?xml version="1.0"?><svg/>'),
    ],
)
def test_what_is_no_picture_is_refused(content: bytes) -> None:
    assert refusal(content) == "picture_kind_unsupported"


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_that_is_cut_short_is_refused(kind: str) -> None:
    content = file_of(Image.effect_noise((40, 30), 60).convert("RGB"), kind)
    cuts = {len(content) - lost for lost in (1, 2, 4, 8, 12, 13, 40)} | set(range(12, len(content), 97))
    assert {refusal(content[:cut]) for cut in cuts} == {"picture_broken"}


def test_one_byte_too_many_is_refused() -> None:
    assert refusal(file_of(halves(), "PNG").ljust(MOST_BYTES + 1)) == "picture_too_many_bytes"
    content = file_of(halves(), "PNG")
    assert reencoded(content + bytes(MOST_BYTES - len(content)), longest_side=60).width == 60


def test_the_limit_of_dots_is_read_from_each_kinds_header() -> None:
    wide = Image.new("1", (7000, 3000))
    assert refusal(file_of(wide, "PNG")) == "picture_too_large"
    assert refusal(file_of(wide.convert("L"), "JPEG")) == "picture_too_large"
    for form in (b"VP8X" + bytes(8) + b"\x57\x1b\0\xb7\x0b\0", b"VP8L" + bytes(5) + vp8l(7000, 3000)):
        assert refusal(b"RIFF\x40\0\0\0WEBP" + form + bytes(40)) == "picture_too_large"
    lossy = b"VP8 " + bytes(4) + b"\x30\x01\0\x9d\x01\x2a" + struct.pack("<HH", 7000, 3000)
    assert refusal(b"RIFF\x40\0\0\0WEBP" + lossy + bytes(40)) == "picture_too_large"


def vp8l(width: int, height: int) -> bytes:
    return struct.pack("<I", (width - 1) | (height - 1) << 14)


@pytest.mark.parametrize("options", [{}, {"lossless": True}, {"exif": b"Exif\0\0II*\0"}])
def test_the_size_in_a_webp_is_read_as_it_was_written(options: dict[str, object]) -> None:
    content = file_of(halves(123, 45), "WEBP", **options)
    assert picture._stated_size("WEBP", content) == (123, 45)


def test_a_picture_of_a_camera_is_taken() -> None:
    made = reencoded(file_of(halves(5000, 4000), "JPEG", quality=60), longest_side=512)
    assert (made.width, made.height) == (512, 410)


def test_a_jpeg_that_paints_itself_over_and_over_is_refused() -> None:
    content = file_of(halves(640, 640), "JPEG", progressive=True)
    start = content.rindex(b"\xff\xda")
    once_more, end = content[start:-2], content[-2:]
    assert reencoded(content, longest_side=60).width == 60
    assert refusal(content[:-2] + once_more * 200 + end) == "picture_broken"


MEASURE = """
import sys, time
from pathlib import Path
from base.core.errors import Refused
from merchants.core.picture import reencoded
content = sys.stdin.buffer.read()
begun = time.monotonic()
try:
    reencoded(content, longest_side=512)
except Refused as no:
    peak = Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]
    print(no.code, time.monotonic() - begun, int(peak) // 1024)
"""


@pytest.mark.parametrize("packed", ["whole", "none"])
def test_a_bomb_is_refused_in_no_time_and_in_little_memory(packed: str) -> None:
    content = bomb() if packed == "whole" else png_of(30_000, 30_000, b"")
    assert len(content) < MOST_BYTES, "so only its header gives it away"
    measured = subprocess.run(
        [sys.executable, "-c", MEASURE], input=content, capture_output=True, check=True, timeout=60
    )
    code, seconds, megabytes = measured.stdout.split()
    assert code == b"picture_too_large"
    assert float(seconds) < 1
    assert int(megabytes) < 150


@given(st.sampled_from(KINDS), st.data())
def test_whatever_is_sent_is_taken_or_refused(kind: str, data: st.DataObject) -> None:
    content = bytearray(file_of(halves(24, 16), kind))
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    made = taken(bytes(content))
    assert made is None or max(shown(made).size) <= 20
    assert made is None or chunks(made.content) == {b"IHDR", b"IDAT", b"IEND"}


def taken(content: bytes) -> Picture | None:
    """None for a picture that was refused; any other error than Refused fails the test."""
    try:
        return reencoded(content, longest_side=20)
    except Refused:
        return None
