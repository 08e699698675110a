"""The shop's logo on paper: by the trade name, never on code or words, embedded once, kept as it was."""

from dataclasses import replace
from io import BytesIO

import pypdfium2
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image, ImageChops
from pypdf import PdfReader
from pytest_django import DjangoAssertNumQueries

from merchants.core.code_list import read_list
from merchants.core.picture import Picture, reencoded
from merchants.core.roles import Action
from merchants.flows.draw_print_run import draw_print_run
from merchants.flows.order_print_run import order_print_run
from merchants.flows.print_sheet import print_sheet
from merchants.flows.remove_logo import remove_logo
from merchants.queries import code_for
from merchants.queries.logos import logo_picture
from merchants.queries.sheets import draw_sheet
from merchants.sheets import LAYOUTS, SHEETS
from merchants.sheets.base import SheetText
from merchants.sheets.drawing import pages
from merchants.sheets.logos import logo_size
from tests.factories import Shop, make_shop, make_static_code
from tests.merchants.test_logo import give
from tests.merchants.test_picture import file_of
from tests.pixels import code_box, codes_in, pdf_pixels
from tests.posters import CAFE, FULL, LINK, PDFS, pixels_of, words_on

RED = (255, 0, 0)
LONGEST = replace(CAFE, trade_name="Wm" * 30, place="Wm " * 25, label="Wm" * 20, till="Wm " * 13)
SHAPES = {"square": (300, 300), "wide": (600, 60), "tall": (60, 600)}
TEXTS = {"cafe": CAFE, "full": FULL, "longest": LONGEST}


def logo_of(size: tuple[int, int] = (300, 300), colour: tuple[int, ...] = RED) -> Picture:
    mode = "RGBA" if len(colour) == 4 else "RGB"
    return reencoded(file_of(Image.new(mode, size, colour), "PNG"), longest_side=600)


def draw(kind: str, text: SheetText, logo: Picture | None = None) -> bytes:
    return SHEETS[kind].draw(LINK, replace(text, logo=logo)).content


def coloured(content: bytes, *, dpi: int = 150) -> Image.Image:
    page = pypdfium2.PdfDocument(content)[0]
    image: Image.Image = page.render(scale=dpi / 72).to_pil()
    return image.convert("RGB")


def red_in(image: Image.Image) -> Image.Image:
    """White where the image is red, black elsewhere."""
    red, green, _ = image.split()
    return ImageChops.multiply(red.point(lambda v: 255 * (v > 230)), green.point(lambda v: 255 * (v < 90)))


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("kind", PDFS)
def test_every_code_scans_with_a_logo(kind: str, text: str, shape: str) -> None:
    columns, rows = PDFS[kind]
    content = draw(kind, TEXTS[text], logo_of(SHAPES[shape], (0, 0, 0)))
    assert codes_in(pdf_pixels(content, dpi=150)) == [LINK] * columns * rows
    for word in ("tulip", "hammer"):
        assert word in words_on(content)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("kind", ["a4", "tent", "sticker"])
def test_nothing_changes_where_the_code_is(kind: str, text: str, shape: str) -> None:
    """On the strip, which grows, the code moves; there the test above holds it."""
    without = pixels_of(kind, draw(kind, TEXTS[text]))
    with_logo = pixels_of(kind, draw(kind, TEXTS[text], logo_of(SHAPES[shape], (0, 0, 0))))
    left, top, right, bottom = code_box(without)
    quiet = (right - left) * 4 // 41 - 1
    box = (left - quiet, top - quiet, right + quiet, bottom + quiet)
    assert ImageChops.difference(without.crop(box), with_logo.crop(box)).getbbox() is None


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("text", ["cafe", "longest"])
@pytest.mark.parametrize("kind", ["a4", "tent", "sticker"])
def test_it_is_there_and_no_word_stands_on_it(kind: str, text: str, shape: str) -> None:
    red = red_in(coloured(draw(kind, TEXTS[text], logo_of(SHAPES[shape]))))
    if (kind, text, shape) == ("sticker", "longest", "wide"):
        assert red.getbbox() is None, "the words come first: they found no room beside it"
        return
    columns, rows = PDFS[kind]
    width, height = red.width // columns, red.height // rows
    for place in range(columns * rows):
        x, y = place % columns * width, place // columns * height
        one = red.crop((x, y, x + width, y + height))
        box = one.getbbox()
        assert box is not None
        inner = one.crop((box[0] + 1, box[1] + 1, box[2] - 1, box[3] - 1))
        assert inner.getextrema() == (255, 255), "only the logo within its box"


def test_the_strip_grows_by_its_logo_and_has_no_colour() -> None:
    with_logo, without = draw("roll", CAFE, logo_of()), draw("roll", CAFE)
    tall, short = (PdfReader(BytesIO(each)).pages[0].mediabox.height for each in (with_logo, without))
    assert 40 < tall - short < 60
    red, green, blue = coloured(with_logo, dpi=72).split()
    assert red.tobytes() == green.tobytes() == blue.tobytes()


def test_what_is_transparent_shows_the_paper() -> None:
    clear = draw("a4", CAFE, logo_of((300, 300), (255, 0, 0, 0)))
    assert red_in(coloured(clear)).getbbox() is None
    greys = coloured(draw("roll", CAFE, logo_of((300, 300), (0, 0, 0, 0))), dpi=72)
    assert greys.getpixel((greys.width // 2, 30)) == (255, 255, 255), "white, not black"


@pytest.mark.parametrize(
    ("picture", "room", "size"),
    [
        ((600, 300), (90, 90), (90, 45)),
        ((300, 600), (90, 90), (45, 90)),
        ((20, 10), (90, 90), (20, 10)),
    ],
)
def test_it_keeps_its_shape_and_is_not_blown_up(
    picture: tuple[int, int], room: tuple[int, int], size: tuple[int, int]
) -> None:
    shaped = logo_size(logo_of(picture), width=room[0], height=room[1])
    speck = logo_size(logo_of(picture), width=room[0], height=2)
    assert [shaped, speck, logo_size(None, width=9, height=9)] == [size, (0, 0), (0, 0)]


@pytest.mark.parametrize("kind", LAYOUTS)
def test_equal_logos_give_equal_bytes_and_others_other(kind: str) -> None:
    first = draw(kind, CAFE, logo_of())
    assert first == draw(kind, CAFE, logo_of()) != draw(kind, CAFE)
    assert first != draw(kind, CAFE, logo_of((300, 200)))


def test_a_bare_code_has_none() -> None:
    assert [draw(kind, CAFE, logo_of()) for kind in ("svg", "png")] == [draw(k, CAFE) for k in ("svg", "png")]


@pytest.mark.parametrize("kind", LAYOUTS)
def test_many_codes_hold_the_picture_once(kind: str) -> None:
    noise = reencoded(file_of(Image.effect_noise((400, 400), 90).convert("RGB"), "PNG"), longest_side=400)

    def size(logo: Picture | None, count: int = 26) -> int:
        codes = ((f"{LINK[:-2]}{n:02}", replace(CAFE, logo=logo)) for n in range(count))
        content = pages(LAYOUTS[kind], codes, title="Codes")
        assert content.count(b"/Subtype /Image") == (1 if logo else 0)
        return len(content)

    once = size(noise, 1) - size(None, 1)
    assert once > 50_000, "the control: this picture is not small"
    assert size(noise) - size(None) < once + 26 * 200


# --- kept sheets and runs ------------------------------------------------------------------------


@pytest.fixture
def shop(db: None) -> Shop:
    return make_shop()


def has_red(content: bytes) -> bool:
    return red_in(coloured(content)).getbbox() is not None


def test_a_sheet_once_printed_stays_and_a_new_one_carries_the_logo(shop: Shop) -> None:
    def printed(code_id: object) -> bytes:
        return bytes(print_sheet(actor_id=shop.owner.pk, code_id=code_id, sheet="a4").content)  # type: ignore[arg-type]

    old = make_static_code(shop)
    before = printed(old.pk)
    give(shop, logo_of().content)
    assert printed(old.pk) == before and not has_red(before)
    new = make_static_code(shop)
    after = printed(new.pk)
    assert has_red(after)
    remove_logo(actor_id=shop.owner.pk, merchant_id=shop.merchant.pk)
    assert printed(new.pk) == after
    assert not has_red(printed(make_static_code(shop).pk))


def test_a_run_carries_it_on_every_code_and_reads_it_once(shop: Shop) -> None:
    give(shop, logo_of().content)

    def drawn(count: int) -> tuple[bytes, int]:
        run = order_print_run(
            actor_id=shop.owner.pk,
            branch_id=shop.branch.pk,
            wanted=read_list("\n".join(f"{count} {number}" for number in range(count))),
            category="standard",
            sheet="sticker",
        )
        with CaptureQueriesContext(connection) as asked:
            assert draw_print_run(run_id=run.pk)
        run.refresh_from_db()
        return bytes(run.content or b""), len(asked)

    few, asked_for_few = drawn(2)
    many, asked_for_many = drawn(12)
    assert asked_for_few == asked_for_many
    assert has_red(few) and many.count(b"/Subtype /Image") == 1


def test_only_sheets_with_words_read_the_logo(
    shop: Shop, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    code = code_for(shop.owner, make_static_code(shop).pk, Action.MANAGE_CODES)
    for kind in SHEETS:
        with django_assert_num_queries(1 if kind in LAYOUTS else 0):
            draw_sheet(code, kind)
    assert logo_picture(shop.merchant) is None
