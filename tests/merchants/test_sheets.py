"""What we print can be scanned, read and trusted: every sheet is turned to pixels and decoded again."""

import re
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from uuid import UUID
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFilter, ImageOps
from pypdf import PdfReader

import merchants
from base.core.errors import Refused
from merchants.core.words import words_of
from merchants.qr.link import LinkKey, link, make_token
from merchants.qr.matrix import matrix
from merchants.sheets import SHEETS
from merchants.sheets.base import SheetText, file_name, title_of
from merchants.sheets.captions import CAPTIONS, captions
from merchants.sheets.lettering import BOLD, REGULAR, fit, printable
from tests.pixels import code_box, codes_in, image_of, pdf_pixels, svg_pixels

FONTS = Path(merchants.__file__).parent / "sheets" / "fonts"
CODE_ID = UUID("0190b1c2-1111-7222-8333-444455556666")
KEY = LinkKey(1, b"k" * 32)
LINK = link("https://pay.example.com", make_token(CODE_ID, key=KEY))
CAFE = SheetText(
    trade_name="Café Morgenrot",
    place="Torstraße 12, 10119 Berlin",
    label="Counter",
    till="Till 3",
    check_words=words_of(CODE_ID),
    instruction=("Mit der Kamera scannen", "Scan with your camera"),
    code_note="Öffnet pay.example.com. Keine App nötig.",
    language="de",
)
FULL = replace(  # every text as long as its box allows
    CAFE,
    trade_name="The Worshipful Company of Very Long Trading Names and Sons, Purveyors of Fine Teas, Coffees, "
    "Cocoa, Spices and Sundries since 1783 (Holdings) Limited Liability Partnership",
    place="A very long street name that goes on and on 123456, entrance C, third floor to the left behind the "
    "bakery, 10119 Berlin-Charlottenburg",
    label="Counter behind the second pillar",
    till="Till number 3 at the very back of the hall",
    instruction=(
        "Bitte scannen Sie diesen Code mit der Kamera Ihres Telefons oder Tablets",
        "Отсканируйте камерой телефона",
        "Σκανάρετε με την κάμερά σας",
        "Quét mã bằng máy ảnh của bạn",
        "Scan with your camera",
    ),
    code_note="Öffnet https://pay.example.com im Browser Ihres Telefons. Keine App und keine Anmeldung nötig, wenn "
    "Sie schon ein Konto haben; sonst führt die Seite Sie in zwei Minuten hindurch.",
)


def poster(text: SheetText = CAFE, address: str = LINK) -> bytes:
    return SHEETS["a4"].draw(address, text).content


def words_on(content: bytes) -> str:
    (page,) = PdfReader(BytesIO(content)).pages
    return " ".join(page.extract_text().split())


# --- scanning -------------------------------------------------------------------------------------


@pytest.mark.parametrize("dpi", [300, 150, 72])
@pytest.mark.parametrize("text", [CAFE, FULL], ids=["cafe", "full"])
def test_the_poster_scans(text: SheetText, dpi: int) -> None:
    assert codes_in(pdf_pixels(poster(text), dpi=dpi)) == [LINK]


@pytest.mark.parametrize("base", ["https://a.b", "http://192.168.100.200:18000", "https://" + "a" * 51])
@pytest.mark.parametrize("kind", ["a4", "svg", "png"])
def test_short_and_long_links_scan(kind: str, base: str) -> None:
    address = link(base, make_token(CODE_ID, key=KEY))
    assert codes_in(pixels_of(kind, SHEETS[kind].draw(address, CAFE).content)) == [address]


def pixels_of(kind: str, content: bytes) -> Image.Image:
    if kind == "a4":
        return pdf_pixels(content, dpi=150)
    return image_of(content) if kind == "png" else svg_pixels(content, dots_per_unit=6)


@given(code_id=st.uuids())
@settings(max_examples=50, deadline=None)
def test_any_code_scans_from_every_sheet(code_id: UUID) -> None:
    """The mask is fixed (merchants.qr.matrix): no id may give a picture that readers trip over."""
    address = link("https://pay.example.com", make_token(code_id, key=KEY))
    for kind, plug in SHEETS.items():
        assert codes_in(pixels_of(kind, plug.draw(address, CAFE).content)) == [address]


@pytest.mark.parametrize("degrees", [7, 90, 180, -33])
def test_a_crooked_poster_scans(degrees: int) -> None:
    picture = pdf_pixels(poster(), dpi=150).rotate(
        degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=255
    )
    assert codes_in(picture) == [LINK]


def test_a_blurred_faint_poster_scans() -> None:
    """Out of focus by half a module, and only 20 % contrast left, as behind a dirty window."""
    module = 150 / 25.4 * 110 / 41
    picture = pdf_pixels(poster(), dpi=150).filter(ImageFilter.GaussianBlur(module / 2))
    assert codes_in(picture) == [LINK]
    assert codes_in(picture.point([150 + shade // 5 for shade in range(256)])) == [LINK]


def test_a_mirrored_or_negative_picture_scans() -> None:
    """Seen through the shop's glass door from outside; and on a phone that inverts colours."""
    picture = pdf_pixels(poster(), dpi=150)
    assert codes_in(ImageOps.mirror(picture)) == [LINK]
    assert codes_in(ImageOps.invert(picture)) == [LINK]


@pytest.mark.parametrize("shade", [255, 0, 128], ids=["white", "black", "grey"])
@pytest.mark.parametrize("place", ["middle", "right", "foot", "lower right"])
@pytest.mark.parametrize("kind", ["a4", "svg", "png"])
def test_a_code_covered_by_15_percent_scans(kind: str, place: str, shade: int) -> None:
    picture = pixels_of(kind, SHEETS[kind].draw(LINK, CAFE).content)
    box = code_box(picture)
    covered = patch(box, place)
    assert area(covered) / area(box) == pytest.approx(0.15, abs=0.005)
    ImageDraw.Draw(picture).rectangle(covered, fill=shade)
    assert codes_in(picture) == [LINK]


def area(box: tuple[float, float, float, float]) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def patch(box: tuple[int, int, int, int], place: str) -> tuple[float, float, float, float]:
    """15 % of the code, clear of the three finder patterns (9 of 41 modules at their corners)."""
    side = box[2] - box[0]
    left, top, wide, high = {
        "middle": (0.31, 0.31, 0.15**0.5, 0.15**0.5),
        "right": (0.74, 0.26, 0.26, 0.15 / 0.26),
        "foot": (0.26, 0.74, 0.15 / 0.26, 0.26),
        "lower right": (1 - 0.15**0.5, 1 - 0.15**0.5, 0.15**0.5, 0.15**0.5),
    }[place]
    x, y = box[0] + left * side, box[1] + top * side
    return x, y, x + wide * side, y + high * side


@pytest.mark.parametrize("text", [CAFE, FULL], ids=["cafe", "full"])
def test_the_quiet_zone_is_white_paper(text: SheetText) -> None:
    """Four modules on each side: neither letters nor the cream of the sheet come nearer."""
    picture = pdf_pixels(poster(text), dpi=150)
    left, top, right, bottom = code_box(picture)
    quiet = 4 * (right - left) / 41 - 2  # two pixels for smoothed edges
    around = picture.crop((int(left - quiet), int(top - quiet), int(right + quiet), int(bottom + quiet)))
    ImageDraw.Draw(around).rectangle(
        (quiet - 2, quiet - 2, around.width - quiet + 2, around.height - quiet + 2), 255
    )
    assert around.getextrema() == (255, 255)


def test_the_code_on_the_poster_is_at_least_110_mm() -> None:
    left, top, right, bottom = code_box(pdf_pixels(poster(), dpi=300))
    assert min(right - left, bottom - top) / 300 * 25.4 >= 109.8  # the reader rounds to pixels


# --- the file -------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", list(SHEETS))
def test_equal_input_gives_equal_bytes_and_other_input_other_bytes(kind: str) -> None:
    draw = SHEETS[kind].draw
    first = draw(LINK, CAFE)
    draw(LINK, FULL)  # a sheet in between leaves no trace
    assert draw(LINK, replace(CAFE)) == first
    assert draw(LINK + "x", CAFE).content != first.content


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
        old = getattr(CAFE, change.name)
        new = "vi" if change.name == "language" else old[::-1]
        assert poster(replace(CAFE, **{change.name: new})) != poster()


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
    assert reader.trailer["/Root"]["/Lang"] == "de"
    assert (
        "/JavaScript" not in reader.trailer["/Root"].get("/Names", {})
        and "/AA" not in reader.trailer["/Root"]
    )


def test_fonts_are_embedded_subsets() -> None:
    (page,) = PdfReader(BytesIO(poster())).pages
    fonts = [font.get_object() for font in page["/Resources"]["/Font"].values()]
    used = {font["/BaseFont"] for font in fonts if font["/Subtype"] == "/TrueType"}
    assert {name.split("+")[1] for name in used} == {"DejaVuSans", "DejaVuSans-Bold"}
    assert all("/FontFile2" in f["/FontDescriptor"] for f in fonts if f["/Subtype"] == "/TrueType")
    assert len(poster()) < 100_000


def test_the_svg_is_one_still_picture() -> None:
    content = (
        SHEETS["svg"].draw(LINK, replace(CAFE, trade_name="<script>alert('&')</script>\x00\u202e")).content
    )
    root = ElementTree.fromstring(content)
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
    """reportlab reads a font through one shared position; without the lock about one in ten came out wrong."""
    vietnamese = [chr(c) for c in range(0x1EA0, 0x1EF9)]  # composed letters: read piece by piece
    texts = [replace(CAFE, trade_name="".join(vietnamese[i * 20 : i * 20 + 20])) for i in range(4)]
    alone = [poster(text) for text in texts]
    with quick_switching(), ThreadPoolExecutor(8) as threads:
        together = list(threads.map(poster, texts * 25))
    assert together == alone * 25


class quick_switching:  # noqa: N801 - reads as a verb
    """Threads change places as often as Python lets them."""

    def __enter__(self) -> None:
        self.usual = sys.getswitchinterval()
        sys.setswitchinterval(1e-6)

    def __exit__(self, *_: object) -> None:
        sys.setswitchinterval(self.usual)


# --- hostile and unlucky texts ----------------------------------------------------------------------

TEXT_FIELDS = ("trade_name", "place", "label", "till", "code_note")


@pytest.mark.parametrize("field", TEXT_FIELDS)
@pytest.mark.parametrize(
    ("bad", "named"),
    [
        ("茶馆", "U+8336 CJK UNIFIED IDEOGRAPH-8336"),
        ("चाय", "U+091A DEVANAGARI LETTER CA"),
        ("Party 🎉", "U+1F389 PARTY POPPER"),
        ("قهوة", "U+0642 ARABIC LETTER QAF"),
        ("קפה", "U+05E7 HEBREW LETTER QOF"),
        ("Café\u202etorne", "U+202E RIGHT-TO-LEFT OVERRIDE"),
        ("Café\u2066x", "U+2066 LEFT-TO-RIGHT ISOLATE"),
        ("A\u200bB", "U+200B ZERO WIDTH SPACE"),
        ("A\xadB", "U+00AD SOFT HYPHEN"),
        ("nul\x00", "U+0000 unnamed"),
        ("Z\u0336a\u0336", "U+0336 COMBINING LONG STROKE OVERLAY"),
        ("\ud800", "U+D800 unnamed"),
        ("\ue000", "U+E000 unnamed"),
    ],
)
def test_what_cannot_be_printed_is_refused_by_name(field: str, bad: str, named: str) -> None:
    with pytest.raises(Refused) as no:
        poster(replace(CAFE, **{field: bad}))
    assert (no.value.code, no.value.status) == ("sheet_script_unsupported", 422)
    assert named in no.value.facts["characters"] and named in no.value.message
    assert no.value.message.isprintable(), "the characters are named, not repeated"


def test_instructions_and_check_words_are_checked_too() -> None:
    for change in (
        {"instruction": ("Scan", "扫一扫")},
        {"instruction": ("扫一扫",)},
        {"check_words": ("茶", "tea")},
    ):
        with pytest.raises(Refused, match="sheet_script_unsupported"):
            poster(replace(CAFE, **change))


def test_a_bare_code_is_drawn_for_every_script() -> None:
    for kind in ("svg", "png"):
        sheet = SHEETS[kind].draw(LINK, replace(CAFE, trade_name="茶馆 🎉", label="", till=""))
        assert codes_in(pixels_of(kind, sheet.content)) == [LINK]
        assert sheet.file_name == f"quittance.{kind}"


def test_markup_is_only_letters() -> None:
    name = "<script>alert(1)</script> <b>&amp; (Tom) \\ %s {x}"
    assert name in words_on(poster(replace(CAFE, trade_name=name)))


def test_decomposed_letters_and_line_breaks_are_tidied() -> None:
    assert poster(replace(CAFE, trade_name=" Cafe\u0301\n\tMorgenrot\u2028")) == poster()


@pytest.mark.parametrize(
    "change",
    [
        {"trade_name": "W" * 90},
        {"trade_name": "ỂỖ" * 40, "place": "x" * 130},
        {"trade_name": "a " * 100},
        {"trade_name": "", "place": "", "label": "", "till": "", "code_note": ""},
        {"label": "M" * 40, "till": "M" * 20},
    ],
)
def test_nothing_leaves_the_frame_or_touches_its_neighbour(change: dict[str, str]) -> None:
    text = replace(FULL, **change)
    content = poster(text)
    assert ink_outside_the_frame(content) == 0
    assert codes_in(pdf_pixels(content, dpi=150)) == [LINK]
    boxes = sorted(lines_of(content))
    assert len(boxes) >= 8
    for (bottom, _), (_, top) in zip(boxes[1:], boxes, strict=False):
        assert bottom >= top - 0.5, f"lines overlap at {bottom / 72 * 25.4:.0f} mm"


def ink_outside_the_frame(content: bytes) -> int:
    """Dark pixels left or right of the text column (22 mm), above or below it (12 mm)."""
    picture = pdf_pixels(content, dpi=100)
    side, end = int(21.5 / 25.4 * 100), int(12 / 25.4 * 100)
    ImageDraw.Draw(picture).rectangle((side, end, picture.width - side, picture.height - end), 255)
    return sum(picture.histogram()[:128])


def lines_of(content: bytes) -> Iterator[tuple[float, float]]:
    """(lowest, highest) point of the small letters of each centred line, from the page's foot."""
    found: dict[float, float] = {}

    def visit(text: str, _cm: object, matrix_: list[float], _font: object, size: float) -> None:
        if text.strip() and "Quittance" not in text:
            found[matrix_[5]] = max(size, found.get(matrix_[5], 0))

    (page,) = PdfReader(BytesIO(content)).pages
    page.extract_text(visitor_text=visit)
    for baseline, size in found.items():
        yield baseline - 0.05 * size, baseline + 0.55 * size


def test_a_text_that_cannot_fit_is_refused_not_cut() -> None:
    for field in TEXT_FIELDS:
        with pytest.raises(Refused) as no:
            poster(replace(CAFE, **{field: "Endless words " * 60}))
        assert (no.value.code, no.value.status) == ("sheet_text_too_long", 422)


@given(st.text(alphabet="Wil ếЖ-.", max_size=60), st.integers(60, 400))
def test_fitted_lines_keep_every_letter_and_the_width(text: str, width: int) -> None:
    from_font = fit(printable(text), font=BOLD, width=width, steps=((1, 40, 20), (60, 20, 10)))
    assert "".join(from_font.lines).replace(" ", "") == text.replace(" ", "")
    again = fit(" ".join(from_font.lines), font=BOLD, width=width, steps=((60, int(from_font.size), 10),))
    assert len(again.lines) <= len(from_font.lines)


def test_a_short_name_is_larger_than_a_long_one_and_lines_are_even() -> None:
    short, long = (
        fit(name, font=REGULAR, width=300, steps=((1, 40, 20), (3, 20, 10))) for name in ("Bar", "Bar " * 20)
    )
    assert (short.size, len(short.lines)) == (40, 1) and long.size < 40 and len(long.lines) > 1
    lengths = [len(line) for line in long.lines]
    assert max(lengths) - min(lengths) <= 4


# --- what is shipped --------------------------------------------------------------------------------


def test_fonts_are_the_recorded_ones_with_their_licence() -> None:
    rows = re.findall(
        r"^\| (\S+\.ttf) \| ([\d.]+) \| ([0-9a-f]{64}) \|$", (FONTS / "README.md").read_text(), re.M
    )
    assert {name for name, _, _ in rows} == {file.name for file in FONTS.glob("*.ttf")}
    for name, version, checksum in rows:
        content = (FONTS / name).read_bytes()
        assert sha256(content).hexdigest() == checksum
        assert f"Version {version}".encode("utf-16-be") in content
    licence = (FONTS / "LICENSE.txt").read_text()
    assert "Copyright (c) 2003 by Bitstream" in licence and "Copyright (c) 2006 by Tavmjong Bah" in licence


@pytest.mark.parametrize("language", CAPTIONS)
def test_every_language_of_captions_fits_the_poster(language: str) -> None:
    said = words_on(poster(replace(CAFE, language=language)))
    assert captions(language).check_words in said and captions(language).caution in said


def test_an_unknown_language_gets_english_and_a_region_its_language() -> None:
    assert captions("sw") == captions("en") and captions("de-AT") == captions("DE") != captions("en")
