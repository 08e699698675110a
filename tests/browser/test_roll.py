"""Receipts on a roll, as Chromium prints them: the right width, one sheet, nothing cut, a code that reads."""

import re
import shutil
import unicodedata
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from pypdf import PdfReader
from pytest_django.live_server_helper import LiveServer

from payments.flows.refund import refund
from payments.models import Payment, Receipt
from payments.papers.receipt_text import receipt_text
from payments.queries.receipts import receipt_link
from payments.web.receipts import body_of
from people.models import User
from tests.factories import make_one_time_code, make_person, make_shop, pay, settle_all
from tests.pixels import codes_in, pdf_pixels

playwright = pytest.importorskip("playwright.sync_api", reason="no Playwright: `./run browser` installs it")
if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: `./run browser` installs it"),
]
DPI = 203  # of nearly every thermal printer
# Paper, what of it is printed, and so the margin at either side, in mm.
WIDTHS = {"58": (58, 5), "80": (80, 4)}
ONE_WORD = "Donaudampfschifffahrtselektrizitaetenhauptbetriebswerkbauunterbeamtengesellschaft"[:80]
MANY_WORDS = "A very long name of a cake with walnuts, cream, cherries and a little bit of rum"
INKS = """[...document.querySelectorAll(".roll, .roll *")].map(each => getComputedStyle(each))
  .flatMap(style => [style.color, style.borderTopColor, style.borderBottomColor, style.backgroundColor])"""


@dataclass(frozen=True)
class Printed:
    """A receipt's page at its till, and all that the paper must say."""

    name: str
    path: str
    cookie: str
    link: str
    says: tuple[str, ...]


def lines(count: int, each_minor: int) -> list[dict[str, Any]]:
    names = [ONE_WORD, MANY_WORDS, *(f"Item number {number}" for number in range(3, count + 1))]
    return [
        {
            "description": name,
            "category": "standard" if place % 2 else "reduced",
            "amount_minor": each_minor + place,
            "quantity": 1 + place % 3,
        }
        for place, name in enumerate(names[:count])
    ]


def sale(country: str, count: int, each_minor: int, **shop_fields: Any) -> tuple[Receipt, User]:
    shop = make_shop(country, **shop_fields)
    currency = shop.merchant.currency
    payer = make_person(funds={currency: 3 * count * (each_minor + count)})
    code = make_one_time_code(shop, lines=lines(count, each_minor), reference="Table 4", tip_allowed=True)
    payment = pay(code, payer, tip_minor=each_minor)
    settle_all()
    return Receipt.objects.select_related("payment").get(payment=payment), shop.cashier


def printed(name: str, receipt: Receipt, cashier: User) -> Printed:
    client = Client()
    client.force_login(cashier, backend=settings.AUTHENTICATION_BACKENDS[0])
    text = receipt_text(body_of(receipt))
    rows = [part for row in text.rows if row.kind != "tax" for part in (row.text, row.amount, row.note)]
    rates = [part for rate in text.rates for part in (rate.name, rate.net, rate.tax, rate.note)]
    payment = receipt.payment
    return Printed(
        name=name,
        path=f"/till/{payment.till_id}/payments/{payment.pk}/receipts/{receipt.pk}/",
        cookie=client.cookies[settings.SESSION_COOKIE_NAME].value,
        link=receipt_link(receipt),
        says=(
            text.title, text.number, text.trade_name, text.legal_name, text.place, text.tax_number, text.when,
            text.spot, text.payment, text.reference, text.total, *rows, *rates, *text.notes,
        ),
    )  # fmt: skip


@pytest.fixture
def papers(live_server: LiveServer) -> list[Printed]:
    """Made before Playwright's event loop forbids Django the database."""
    long_name = "The Worshipful Company of Teas, Coffees and Cocoa since 1783"
    fifty = sale("DE", 50, 310, trade_name=long_name)
    back = refund(actor=fifty[1], payment_id=fifty[0].payment_id, key="back", amount_minor=2_000)
    refunded = Receipt.objects.select_related("payment").get(refund=back)
    return [
        printed("fifty lines", *fifty),
        printed("a refund", refunded, fifty[1]),
        printed("yen", *sale("JP", 3, 12_345, own_rate="10.0000")),
        printed("dinar", *sale("TN", 3, 12_345, own_rate="19.0000")),
        printed("tax on top", *sale("US", 2, 1_250, inclusive=False)),
        replace(printed("short", *sale("DE", 1, 310)), name="short"),
    ]


@pytest.fixture
def browser(papers: list[Printed]) -> Iterator["Browser"]:
    with playwright.sync_playwright() as tool:
        found = tool.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


def open_paper(browser: "Browser", url: str, paper: Printed, *, scripts: bool = True) -> "Page":
    context = browser.new_context(base_url=url, java_script_enabled=scripts)
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": paper.cookie, "url": url}])
    page: Page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(f"a script threw: {error}"))
    page.on("console", lambda said: pytest.fail(said.text) if said.type == "error" else None)
    return page


def squeezed(text: str) -> str:
    """Without white space, for a word may go on in the next line; two letters set as one are two again."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def missing(paper: Printed, content: bytes) -> list[str]:
    text = squeezed("".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages))
    return [part for part in paper.says if squeezed(part) not in text]


@pytest.fixture
def order(live_server: LiveServer) -> tuple[str, str, Callable[[], Payment]]:
    """An order's page at its till, the cashier's cookie, and its customer's yes."""
    shop = make_shop()
    code, payer = make_one_time_code(shop, 310), make_person(funds={"EUR": 1_000})
    client = Client()
    client.force_login(shop.cashier, backend=settings.AUTHENTICATION_BACKENDS[0])
    path = f"/till/{shop.till.pk}/code/{code.pk}/"
    return path, client.cookies[settings.SESSION_COOKIE_NAME].value, lambda: pay(code, payer)


def test_the_green_screen_of_an_order_leads_to_its_receipt(
    order: tuple[str, str, Callable[[], Payment]], live_server: LiveServer
) -> None:
    """The address is put together by till.js, when it hears of the payment (here by asking, not live)."""
    path, cookie, yes = order
    with playwright.sync_playwright() as tool, ThreadPoolExecutor(1) as beside:
        found = tool.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        context = found.new_context(base_url=live_server.url)
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
        page = context.new_page()
        page.goto(path)
        page.locator("[data-notlive]").wait_for()
        payment = beside.submit(yes).result()
        page.locator("[data-green]").wait_for(timeout=15_000)
        link = page.locator("[data-green-receipt]").get_attribute("href")
        assert link == f"{path.partition('code/')[0]}payments/{payment.pk}/receipt"
        page.goto(link)
        page.locator("text=The receipt is being numbered").wait_for()
        found.close()
        beside.submit(lambda: connection.close()).result()


@pytest.mark.parametrize("width", ["58", "80"])
def test_a_receipt_is_one_sheet_as_wide_as_the_paper(
    browser: "Browser", live_server: LiveServer, papers: list[Printed], width: str
) -> None:
    wide_mm, margin_mm = WIDTHS[width]
    for paper in papers:
        page = open_paper(browser, live_server.url, paper)
        page.goto(f"{paper.path}?width={width}")
        page.locator("[data-print]").wait_for()
        content = page.pdf(prefer_css_page_size=True)
        (sheet,) = PdfReader(BytesIO(content)).pages
        # Chromium rounds to whole points: a third of a millimetre.
        assert abs(float(sheet.mediabox.width) * 25.4 / 72 - wide_mm) < 0.36, paper.name
        assert missing(paper, content) == [], paper.name
        image = pdf_pixels(content, dpi=DPI)
        assert codes_in(image) == [paper.link], paper.name
        ink = image.point(lambda shade: 255 * (shade < 250)).getbbox()
        assert ink is not None
        left, top, right, bottom = ink
        margin = margin_mm * DPI / 25.4
        assert left >= margin - 1 and right <= image.width - margin + 3, (paper.name, left, right)
        # Cut off soon below the last line, not a metre of white paper later.
        assert bottom > image.height - 12 * DPI / 25.4 and top < 6 * DPI / 25.4, paper.name
        assert set(page.evaluate(INKS)) <= {"rgb(0, 0, 0)", "rgba(0, 0, 0, 0)", "rgb(255, 255, 255)"}
        page.context.close()


def test_without_scripts_it_goes_over_sheets_and_loses_nothing(
    browser: "Browser", live_server: LiveServer, papers: list[Printed]
) -> None:
    fifty = papers[0]
    page = open_paper(browser, live_server.url, fifty, scripts=False)
    page.goto(f"{fifty.path}?width=58")
    content = page.pdf(prefer_css_page_size=True)
    sheets = PdfReader(BytesIO(content)).pages
    assert 2 <= len(sheets) <= 4 and missing(fifty, content) == []
    found = [text for n in range(len(sheets)) for text in codes_in(pdf_pixels(content, dpi=DPI, page=n))]
    assert found == [fifty.link]


def test_the_device_keeps_its_width_and_enter_prints(
    browser: "Browser", live_server: LiveServer, papers: list[Printed]
) -> None:
    short = papers[-1]
    page = open_paper(browser, live_server.url, short)
    page.add_init_script("window.print = () => { window.printed = (window.printed ?? 0) + 1 }")
    page.goto(short.path)
    page.locator("[data-roll='80']").wait_for()
    page.click("text=58 mm")
    page.locator("[data-roll='58']").wait_for()
    page.goto(short.path)
    page.locator("[data-roll='58']").wait_for()
    page.wait_for_function("document.activeElement.matches('[data-print]')")
    page.keyboard.press("Enter")
    assert page.evaluate("window.printed") == 1
