"""What we print can be scanned: every sheet is turned to pixels and decoded again (worn: test_sheet_wear)."""

from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ImageDraw, ImageOps

from merchants.qr.link import link, make_token
from merchants.sheets import SHEETS
from merchants.sheets.base import SheetText
from tests.pixels import code_box, codes_in, pdf_pixels
from tests.posters import CAFE, CODE_ID, FULL, KEY, LINK, PDFS, pixels_of, poster, words_on


@pytest.mark.parametrize("dpi", [300, 150, 72])
@pytest.mark.parametrize("text", [CAFE, FULL], ids=["cafe", "full"])
def test_the_poster_scans(text: SheetText, dpi: int) -> None:
    assert codes_in(pdf_pixels(poster(text), dpi=dpi)) == [LINK]


@pytest.mark.parametrize("base", ["https://a.b", "http://192.168.100.200:18000", "https://" + "a" * 51])
@pytest.mark.parametrize("kind", SHEETS)
def test_short_and_long_links_scan(kind: str, base: str) -> None:
    address = link(base, make_token(CODE_ID, key=KEY))
    assert codes_in(pixels_of(kind, SHEETS[kind].draw(address, CAFE).content)) == [address]


@given(code_id=st.uuids())
@settings(max_examples=25, deadline=None)
def test_any_code_scans_from_every_sheet(code_id: UUID) -> None:
    """The mask is fixed (merchants.qr.matrix): no id may give a picture that readers trip over."""
    address = link("https://pay.example.com", make_token(code_id, key=KEY))
    for kind, plug in SHEETS.items():
        assert codes_in(pixels_of(kind, plug.draw(address, CAFE).content)) == [address]


@pytest.mark.parametrize("text", [CAFE, FULL], ids=["cafe", "full"])
@pytest.mark.parametrize("kind", PDFS)
def test_every_code_of_a_page_scans(kind: str, text: SheetText) -> None:
    columns, rows = PDFS[kind]
    page = pdf_pixels(SHEETS[kind].draw(LINK, text).content, dpi=150)
    assert codes_in(page) == [LINK] * columns * rows


def test_a_mirrored_or_negative_picture_scans() -> None:
    """Seen through the shop's glass door from outside; and on a phone that inverts colours."""
    picture = pdf_pixels(poster(), dpi=150)
    assert codes_in(ImageOps.mirror(picture)) == [LINK]
    assert codes_in(ImageOps.invert(picture)) == [LINK]


@pytest.mark.parametrize("text", [CAFE, FULL], ids=["cafe", "full"])
@pytest.mark.parametrize("kind", PDFS)
def test_the_quiet_zone_is_white_paper(kind: str, text: SheetText) -> None:
    """Four modules on each side: neither letters nor the cream of the sheet come nearer."""
    picture = pixels_of(kind, SHEETS[kind].draw(LINK, text).content)
    left, top, right, bottom = code_box(picture)
    quiet = 4 * (right - left) / 41 - 2  # two pixels for smoothed edges
    around = picture.crop((int(left - quiet), int(top - quiet), int(right + quiet), int(bottom + quiet)))
    ImageDraw.Draw(around).rectangle(
        (quiet - 2, quiet - 2, around.width - quiet + 2, around.height - quiet + 2), 255
    )
    assert around.getextrema() == (255, 255)


@pytest.mark.parametrize(("kind", "least"), [("a4", 110), ("tent", 56), ("roll", 55), ("sticker", 29)])
def test_a_code_is_as_large_as_its_distance_asks(kind: str, least: int) -> None:
    """Millimetres without the quiet zone: across a room, a table, in the hand, at arm's length."""
    left, top, right, bottom = code_box(pixels_of(kind, SHEETS[kind].draw(LINK, CAFE).content))
    assert min(right - left, bottom - top) / 150 * 25.4 >= least - 0.4  # the reader rounds to pixels


def test_a_tent_is_read_from_both_sides_and_its_words_stand_on_every_face() -> None:
    words = words_on(SHEETS["tent"].draw(LINK, CAFE).content)
    for part in (CAFE.trade_name, CAFE.place, *CAFE.instruction, "tulip hammer", "Counter · Till 3"):
        assert words.count(part) == 4, part


@pytest.mark.parametrize("kind", ["sticker", "roll"])
def test_payee_check_words_and_instruction_stand_beside_every_code(kind: str) -> None:
    columns, rows = PDFS[kind]
    words = words_on(SHEETS[kind].draw(LINK, CAFE).content)
    for part in (CAFE.trade_name, "tulip hammer", CAFE.instruction[0]):
        assert words.count(part) == columns * rows, part


@pytest.mark.parametrize(
    ("kind", "width", "height"), [("tent", 210, 297), ("sticker", 210, 297), ("roll", 80, 0)]
)
def test_a_page_has_the_size_of_its_paper(kind: str, width: int, height: int) -> None:
    page = pdf_pixels(SHEETS[kind].draw(LINK, FULL).content, dpi=254)
    assert page.width == pytest.approx(10 * width, abs=2)
    assert page.height == pytest.approx(10 * height, abs=2) if height else 900 < page.height < 2000


@pytest.mark.parametrize("text", [CAFE, FULL], ids=["cafe", "full"])
@pytest.mark.parametrize("kind", PDFS)
def test_nothing_is_printed_where_printers_do_not_reach(kind: str, text: SheetText) -> None:
    """Letters and codes keep 3 mm from the edge; marks to cut and fold are meant to run out."""
    page = pdf_pixels(SHEETS[kind].draw(LINK, text).content, dpi=254).point(lambda shade: 255 * (shade > 120))
    edge = 30
    ImageDraw.Draw(page).rectangle((edge, edge, page.width - edge, page.height - edge), 255)
    assert page.getextrema() == (255, 255)
