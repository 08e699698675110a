"""Every sheet is an honest file: the same for ever, the right size, readable as text, nothing in it acts."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import fields, replace
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfReader

import merchants
from merchants.qr.matrix import matrix
from merchants.sheets import SHEETS
from merchants.sheets.base import SheetText, file_name, title_of
from merchants.sheets.captions import captions
from tests.pixels import image_of, svg_pixels
from tests.posters import CAFE, FULL, LINK, changed, poster, words_on


@pytest.mark.parametrize("kind", list(SHEETS))
def test_equal_input_gives_equal_bytes_and_other_input_other_bytes(kind: str) -> None:
    draw = SHEETS[kind].draw
    first = draw(LINK, CAFE)
    draw(LINK, FULL)  # a sheet in between leaves no trace
    assert draw(LINK, replace(CAFE)) == first
    assert draw(LINK + "x", CAFE).content != first.content


def test_another_process_draws_the_same_bytes() -> None:
    """Nothing of the running process, such as the order of a set, gets into the file."""
    program = "import sys; from tests.posters import poster; sys.stdout.buffer.write(poster())"
    root = Path(merchants.__file__).parents[1]
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(root)}
        drawn = subprocess.run(
            [sys.executable, "-c", program], env=environment, capture_output=True, check=True
        )
        assert drawn.stdout == poster()


def test_every_text_is_on_the_poster() -> None:
    first = words_on(poster())
    for part in (
        *CAFE.instruction,
        CAFE.trade_name,
        CAFE.place,
        "Counter · Till 3",
        "tulip hammer",
        CAFE.code_note,
    ):
        assert part in first
    assert captions("de").caution in first and captions("en").caution in first
    for change in fields(SheetText):
        if change.name == "logo":
            continue  # tests/merchants/test_sheet_logos.py
        old: Any = getattr(CAFE, change.name)
        new = "vi" if change.name == "language" else old[::-1]
        assert poster(changed(CAFE, {change.name: new})) != poster()


def test_every_script_we_promise_can_be_read_back() -> None:
    for name in (
        "Trà Quán Sương Mai Phố Cổ",
        "Чайная «Ёлка» Їжак",
        "Καφενείο Ωραία Θέα",
        "Zażółć gęślą jaźń ŐŰ ğş",
        "₹ ₫ €",
    ):
        assert name in words_on(poster(replace(CAFE, trade_name=name)))


def test_the_page_is_exactly_a4_and_says_who_it_is() -> None:
    reader = PdfReader(BytesIO(poster()))
    (page,) = reader.pages
    millimetres = [float(points) / 72 * 25.4 for points in page.mediabox]
    assert millimetres == pytest.approx([0, 0, 210, 297], abs=0.001)
    assert reader.metadata is not None and reader.metadata.title == "Café Morgenrot · Counter · Till 3"
    root: dict[str, Any] = reader.root_object
    assert root["/Lang"] == "de"
    assert not {"/OpenAction", "/AA", "/Names", "/AcroForm"} & set(root), "nothing in it acts"


def test_fonts_are_embedded_subsets() -> None:
    (page,) = PdfReader(BytesIO(poster())).pages
    resources: Any = page["/Resources"]
    fonts: list[Any] = [font.get_object() for font in resources["/Font"].values()]
    letters = [font for font in fonts if font["/Subtype"] == "/TrueType"]
    assert {font["/BaseFont"].split("+")[1] for font in letters} == {"DejaVuSans", "DejaVuSans-Bold"}
    assert all("/FontFile2" in font["/FontDescriptor"] for font in letters)
    assert len(poster()) < 100_000, "two whole fonts would be 1.4 MB"


def test_the_svg_is_one_still_picture() -> None:
    content = (
        SHEETS["svg"].draw(LINK, replace(CAFE, trade_name="<script>alert('&')</script>\x00\u202e")).content
    )
    root = ElementTree.fromstring(content)  # noqa: S314 - our own file
    assert [element.tag.split("}")[1] for element in root.iter()] == ["svg", "title", "rect", "path"]
    assert root[0].text == "<script>alert('&')</script> · Counter · Till 3"
    assert root.attrib["viewBox"] == "0 0 49 49" and root.attrib["width"] == root.attrib["height"] == "60mm"
    assert not re.search(rb"style|<script|href|url\(|on\w+=", content)


def test_the_svg_and_png_show_the_matrix_itself() -> None:
    modules = matrix(LINK)
    svg = svg_pixels(SHEETS["svg"].draw(LINK, CAFE).content, dots_per_unit=1)
    assert [[svg.getpixel((x + 4, y + 4)) == 0 for x in range(41)] for y in range(41)] == modules
    assert svg.histogram()[0] == sum(map(sum, modules)), "a quiet zone of four modules, all white"
    png = image_of(SHEETS["png"].draw(LINK, CAFE).content)
    assert [[png.getpixel((67 + 14 * x, 67 + 14 * y)) == 0 for x in range(41)] for y in range(41)] == modules
    assert png.histogram()[0] == 14 * 14 * sum(map(sum, modules)) and sum(png.histogram()[1:255]) == 0


def test_the_png_is_60_mm_at_300_dpi() -> None:
    picture = Image.open(BytesIO(SHEETS["png"].draw(LINK, CAFE).content))
    assert picture.info["dpi"] == pytest.approx((300, 300), abs=0.01)
    assert [side / 300 * 25.4 for side in picture.size] == pytest.approx([60, 60], abs=0.05)


@pytest.mark.parametrize(
    ("kind", "media_type"), [("a4", "application/pdf"), ("svg", "image/svg+xml"), ("png", "image/png")]
)
def test_media_type_and_name(kind: str, media_type: str) -> None:
    sheet = SHEETS[kind].draw(LINK, CAFE)
    ending = {"a4": "pdf"}.get(kind, kind)
    assert (sheet.media_type, sheet.file_name) == (
        media_type,
        f"quittance-cafe-morgenrot-counter-till-3.{ending}",
    )


@given(st.text(max_size=200))
def test_file_names_and_titles_are_safe_whatever_the_shop_is_called(name: str) -> None:
    text = replace(CAFE, trade_name=name)
    assert (
        re.fullmatch(r"quittance(-[a-z0-9]+)*\.pdf", file_name(text, ".pdf"))
        and len(file_name(text, ".pdf")) <= 64
    )
    assert not re.search(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff\n]", title_of(text))


def test_posters_drawn_at_once_do_not_mix_their_letters() -> None:
    """reportlab reads a font through one shared position: without the lock one in ten came out wrong."""
    vietnamese = [chr(c) for c in range(0x1EA0, 0x1EF9)]  # composed letters: read piece by piece
    texts = [replace(CAFE, trade_name="".join(vietnamese[i * 20 : i * 20 + 20])) for i in range(4)]
    alone = [poster(text) for text in texts]
    with quick_switching(), ThreadPoolExecutor(8) as threads:
        together = list(threads.map(poster, texts * 25))
    assert together == alone * 25


@contextmanager
def quick_switching() -> Iterator[None]:
    """Threads change places as often as Python lets them."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        yield
    finally:
        sys.setswitchinterval(usual)


FONTS = Path(merchants.__file__).parent / "sheets" / "fonts"


def test_fonts_are_the_recorded_ones_with_their_licence() -> None:
    rows = re.findall(
        r"^\| (\S+\.ttf) \| ([\d.]+c?) \| ([0-9a-f]{64}) \|$", (FONTS / "README.md").read_text(), re.M
    )
    assert {name for name, _, _ in rows} == {file.name for file in FONTS.glob("*.ttf")}
    for name, version, checksum in rows:
        content = (FONTS / name).read_bytes()
        assert sha256(content).hexdigest() == checksum
        assert f"Version {version}".encode("utf-16-be") in content
    noto = (FONTS / "OFL.txt").read_text()
    assert "SIL OPEN FONT LICENSE" in noto and noto.count("Copyright 201") == 3
    licence = (FONTS / "LICENSE.txt").read_text()
    assert "Copyright (c) 2003 by Bitstream" in licence and "Copyright (c) 2006 by Tavmjong Bah" in licence


def test_an_unknown_language_gets_english_and_a_region_its_language() -> None:
    assert captions("sw") == captions("en") and captions("de-AT") == captions("DE") != captions("en")
