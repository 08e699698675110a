"""A sheet is looked at before it is taken: a true small picture, nothing kept; many pages look as one."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image, ImageChops
from pypdf import PdfReader

from base.models import AuditLine
from merchants.core.roles import Action
from merchants.models import PrintedSheet, PrintRun, QrCode
from merchants.queries import (
    code_for,
    link_of,
)
from merchants.queries.previews import paper_of
from merchants.sheets import LAYOUTS, SHEETS
from merchants.sheets.pdf_pages import page_picture, repeated
from people.models import User
from tests.factories import Shop, make_shop, make_static_code
from tests.merchants.test_logo import give
from tests.merchants.test_picture import file_of
from tests.merchants.test_sheet_logos import red_in
from tests.pixels import codes_in, image_of, pdf_pixels
from tests.posters import CAFE, LINK, PDFS

SignIn = Callable[[User], Client]
STICKERS = SHEETS["sticker"].draw(LINK, CAFE).content


@pytest.fixture
def shop(db: None) -> Shop:
    return make_shop()


def look(client: Client, code: QrCode, sheet: str) -> Any:
    return client.get(reverse("merchants:preview", args=[code.pk, sheet]))


def take(client: Client, code: QrCode, sheet: str, **asked: int | str) -> Any:
    return client.get(reverse("merchants:sheet", args=[code.pk, sheet]), asked)


@pytest.mark.parametrize("kind", LAYOUTS)
def test_a_preview_is_the_page_itself_in_small(kind: str) -> None:
    content = SHEETS[kind].draw(LINK, CAFE).content
    drawn = page_picture(content, width=480, height=680)
    assert drawn == page_picture(content, width=480, height=680) and len(drawn) < 60_000
    small = image_of(drawn)
    assert small.width <= 480 and small.height <= 680 and (480 in small.size or 680 in small.size)
    large = pdf_pixels(content, dpi=150).resize(small.size, Image.Resampling.BOX)
    off = ImageChops.difference(small, large).resize((8, 8), Image.Resampling.BOX)
    assert max(off.tobytes()) < 30, "no part of the page looks otherwise"


@pytest.mark.parametrize("kind", SHEETS)
def test_looking_keeps_nothing(shop: Shop, client_of: SignIn, kind: str) -> None:
    code, before = make_static_code(shop), AuditLine.objects.count()
    answer = look(client_of(shop.owner), code, kind)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == ("image/svg+xml" if kind == "svg" else "image/png")
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert not PrintedSheet.objects.exists() and AuditLine.objects.count() == before


def test_a_preview_shows_the_logo_of_today_until_the_sheet_is_kept(shop: Shop, client_of: SignIn) -> None:
    def red(code: QrCode) -> bool:
        image = Image.open(BytesIO(look(client, code, "a4").content)).convert("RGB")
        return red_in(image).getbbox() is not None

    client, taken, other = client_of(shop.owner), make_static_code(shop), make_static_code(shop)
    take(client, taken, "a4")
    give(shop, file_of(Image.new("RGB", (300, 300), "red"), "PNG"))
    assert red(other), "not printed yet: as it would be now"
    assert not red(taken), "printed before: as it was"


def test_an_unknown_sheet_has_no_preview(shop: Shop, client_of: SignIn) -> None:
    assert look(client_of(shop.owner), make_static_code(shop), "a5").status_code == 404
    address = reverse("merchants:print_run_preview", args=[shop.branch.pk, "svg"])
    assert client_of(shop.owner).get(address).status_code == 404


@pytest.mark.parametrize("kind", LAYOUTS)
def test_a_run_is_looked_at_before_it_is_ordered(shop: Shop, client_of: SignIn, kind: str) -> None:
    client = client_of(shop.owner)
    answer = client.get(reverse("merchants:print_run_preview", args=[shop.branch.pk, kind]))
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/png")
    found = set(codes_in(image_of(answer.content).resize((1440, 2040))))
    for link in found:
        path = "/" + link.split("/", 3)[3]
        assert Client().get(path).status_code == 404, "the sample pays nobody"
    assert not QrCode.objects.exists() and not PrintRun.objects.exists()


# --- paper and pages ----------------------------------------------------------------------------


def test_the_page_says_paper_count_and_pages(shop: Shop, client_of: SignIn) -> None:
    code = make_static_code(shop)
    page = client_of(shop.owner).get(reverse("merchants:code", args=[code.pk])).content.decode()
    for words in (
        "A4, 210 × 297 mm",
        "12 stickers on a sheet",
        "2 tents of A6 on a sheet",
        "60 × 60 mm at 300 dots an inch",
    ):
        assert words in page
    assert page.count('name="pages"') == 2, "stickers and tents"
    for kind in SHEETS:
        assert reverse("merchants:preview", args=[code.pk, kind]) in page


def test_the_strips_length_is_that_of_the_file(shop: Shop) -> None:
    code = code_for(shop.owner, make_static_code(shop).pk, Action.MANAGE_CODES)
    before = paper_of(code)["roll"]
    give(shop, file_of(Image.new("RGB", (300, 300), "red"), "PNG"))
    said = paper_of(code)["roll"]
    height = PdfReader(BytesIO(SHEETS["roll"].draw(link_of(code), CAFE).content)).pages[0].mediabox.height
    assert before.startswith("80 mm roll, 80 × 1") and said != before
    assert abs(int(before.split("×")[1].split()[0]) - float(height) / 72 * 25.4) < 12


def test_pages_are_the_first_one_again_and_the_same_file_for_ever() -> None:
    many = repeated(STICKERS, times=5)
    assert many == repeated(STICKERS, times=5) != repeated(STICKERS, times=4)
    document = PdfReader(BytesIO(many))
    assert len(document.pages) == 5 and len(many) < len(STICKERS) * 1.2, "what is drawn is there once"
    one = pdf_pixels(STICKERS, dpi=72).tobytes()
    assert all(pdf_pixels(many, dpi=72, page=page).tobytes() == one for page in range(5))
    assert codes_in(pdf_pixels(many, dpi=150, page=4)) == [LINK] * 12


def test_so_many_pages_as_asked_are_taken_and_one_is_kept(shop: Shop, client_of: SignIn) -> None:
    client, code = client_of(shop.owner), make_static_code(shop)
    answer = take(client, code, "sticker", pages=3)
    assert answer.headers["Content-Disposition"].endswith('-stickers-3-pages.pdf"')
    assert len(PdfReader(BytesIO(answer.content)).pages) == 3
    assert take(client, code, "sticker", pages=3).content == answer.content
    kept = PrintedSheet.objects.get()
    assert take(client, code, "sticker").content == bytes(kept.content)
    assert take(client, code, "sticker", pages=1).content == bytes(kept.content)


@pytest.mark.parametrize("pages", ["0", "-1", "51", "99999999999", "two", "", "²"])
def test_a_strange_number_of_pages_is_refused_and_prints_nothing(
    shop: Shop, client_of: SignIn, pages: str
) -> None:
    answer = take(client_of(shop.owner), make_static_code(shop), "sticker", pages=pages)
    assert answer.status_code == 400 and "1 to 50" in answer.content.decode()
    assert not PrintedSheet.objects.exists()


@pytest.mark.parametrize("kind", ["a4", "roll", "svg", "png"])
def test_what_holds_one_code_comes_as_one_page(shop: Shop, client_of: SignIn, kind: str) -> None:
    assert kind not in PDFS or PDFS[kind] == (1, 1)
    assert take(client_of(shop.owner), make_static_code(shop), kind, pages=2).status_code == 400
    assert not PrintedSheet.objects.exists()
