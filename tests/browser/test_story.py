"""First light, in a phone-sized browser: poster -> pay -> till -> receipt -> CSV, all of it real.

The printed poster's pixels give the link, the till's open page says "paid" by itself, the worker
settles and builds the export, and at the end the books are audited.
"""

import csv
import io
import json
import re
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pytest
from django.db import connection

from base.models import Notice
from people.models import User
from reports.flows.audit import audit
from tests.browser.service import Service, service
from tests.pixels import codes_in, pdf_pixels

playwright = pytest.importorskip("playwright.sync_api", reason="no Playwright: `./run browser` installs it")
if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

T = TypeVar("T")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: `./run browser` installs it"),
]
PASSWORD = "korn blume 77 nebel"
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 800}


@pytest.fixture
def running(transactional_db: None, tmp_path: Path) -> Iterator[Service]:
    with service(tmp_path) as found:
        yield found


def beside(look: Callable[[], T]) -> T:
    """Ask the database from a thread of its own: Playwright keeps an event loop in this one."""

    def run() -> T:
        try:
            return look()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result()


@pytest.fixture
def browser() -> Iterator["Browser"]:
    with playwright.sync_playwright() as tool:
        found = tool.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


def new_page(browser: "Browser", running: Service, size: dict[str, int]) -> "Page":
    """A person's own browser. Whatever the pages' own rules block, or throw, fails the story."""
    page: Page = browser.new_context(base_url=running.url, viewport=size).new_page()  # type: ignore[arg-type]
    page.set_default_timeout(15_000)
    page.on("pageerror", lambda error: pytest.fail(f"a script threw: {error}"))
    return page


def sign_up(page: "Page", email: str) -> None:
    page.fill("[name=email]", email)
    page.fill("[name=password1]", PASSWORD)
    page.click("main form button")


def sign_in(page: "Page", email: str) -> None:
    page.goto("/accounts/login/")
    page.fill("[name=login]", email)
    page.fill("[name=password]", PASSWORD)
    page.click("main form button")
    page.wait_for_url(lambda url: "login" not in url)


def open_shop(page: "Page") -> None:
    """Sign up, business, branch, till: the shop's page at the end."""
    page.goto("/accounts/signup/")
    sign_up(page, "mara@morgenrot.example")
    page.goto("/shop/register/")
    page.fill("[name=trade_name]", "Café Morgenrot")
    page.fill("[name=legal_name]", "Morgenrot Gastronomie GmbH")
    page.select_option("[name=country]", "DE")
    page.fill("[name=tax_number]", "DE136695976")
    page.check("[name=prices_include_tax] >> nth=0")
    for category in ("restaurant_food", "standard"):
        page.check(f"[name=categories][value={category}]")
    page.click("main form button")
    page.fill("[name=name]", "Torstraße")
    page.fill("[name=street]", "Torstraße 12")
    page.fill("[name=postcode]", "10119")
    page.fill("[name=city]", "Berlin")
    page.click("main form button")
    page.fill("[name=name]", "Till 1")
    page.click("main form button")


def print_poster(page: "Page") -> str:
    """Make a static code, download its poster and read the link from the poster's pixels."""
    page.goto("/shop/")
    page.locator("main a", has_text=re.compile("New code|Print a code")).first.click()
    page.check("[name=category][value=standard]")
    page.click("main form button:text('Make the code')")
    with page.expect_download() as download:
        page.click("text=A4 poster")
    (link,) = set(codes_in(pdf_pixels(Path(download.value.path()).read_bytes(), dpi=200)))
    return link


def pay(page: "Page", link: str) -> None:
    """A stranger scans: sign-up, PIN, exactly the missing money, and back to the same scan each time."""
    page.goto(link)
    page.fill("[name=amount]", "11.90")
    page.click("main form button:text('Continue')")
    page.click("text=Create an account")
    sign_up(page, "anna@payer.example")
    page.click("main button:text('Set a PIN')")
    for field in page.locator("main input[type=password]").all():
        field.fill("246810")
    page.select_option("[name=country]", "DE")
    page.click("main form button:text('Set the PIN')")
    page.click("main button:text('Top up 11.90')")
    page.click("main form button:text('Top up')")
    assert "11.90" in page.locator(".amount").inner_text()
    assert "Café Morgenrot" in page.locator(".payee").inner_text()
    page.fill("[name=pin]", "246810")
    page.click("main form button:text('Pay')")
    page.wait_for_url("**/paid/**")
    assert page.locator(".stamp").inner_text().lower() == "paid"


def take_csv(page: "Page") -> tuple[list[dict[str, str]], dict[str, Any]]:
    """The accountant asks for this month's transactions; the worker builds them."""
    page.goto("/books/")
    page.locator("main a", has_text="Open the books").click()
    page.click("summary:text('Another period')")
    page.select_option("#month", index=0)
    page.locator("form", has=page.locator("#month")).locator("button").click()
    page.click("button[name=format] >> nth=0")
    found = []
    for address in ("/file", "/datapackage.json"):
        link = page.locator(f"a[href$='{address}']").first
        link.wait_for(timeout=30_000)
        with page.expect_download() as download:
            link.click()
        found.append(Path(download.value.path()).read_text(encoding="utf-8-sig"))
    return list(csv.DictReader(io.StringIO(found[0]))), json.loads(found[1])


def test_first_light(browser: "Browser", running: Service) -> None:
    shop = new_page(browser, running, DESK)
    open_shop(shop)
    link = print_poster(shop)
    assert link.startswith(running.url + "/q/")

    shop.goto("/shop/")
    shop.click("text=Open Till 1")
    till_url = shop.url
    customer = new_page(browser, running, PHONE)
    pay(customer, link)
    shop.locator(".live li", has_text="11.90").wait_for(timeout=3_000)
    # From the green screen to the paper, which waits for its number.
    shop.locator("[data-green] a", has_text="Receipt").click()
    shop.locator("[data-print]").wait_for(timeout=20_000)
    assert "11.90" in shop.locator(".roll").inner_text()

    customer.locator("main a", has_text="Receipt").click(timeout=20_000)
    paper = customer.locator(".receipt").inner_text()
    for fact in ("11.90", "1.90", "19", "Morgenrot", "Torstraße 12"):
        assert fact in paper

    shop.goto("/shop/")
    shop.click("text=Staff")
    shop.fill("[name=email]", "lena@books.example")
    shop.check("[name=role][value=accountant]")
    shop.click("text=Send the invitation")
    letter = beside(lambda: Notice.objects.filter(to="lena@books.example").latest("id").body)
    invitation = re.search(r"/shop/invites/[\w-]+/", letter)
    assert invitation
    accountant = new_page(browser, running, DESK)
    accountant.goto("/accounts/signup/")
    sign_up(accountant, "lena@books.example")
    accountant.goto(invitation[0])
    accountant.click("text=Accept")
    rows, package = take_csv(accountant)
    sale = next(row for row in rows if row["kind"] == "sale")
    assert (sale["net"], sale["tax_amount"], sale["gross"]) == ("10.00", "1.90", "11.90")
    assert sum(Decimal(row["tax_amount"] or 0) for row in rows) == Decimal("1.90")
    assert "totals" in json.dumps(package)

    shop.goto(till_url)
    shop.locator(".live a").first.click()
    shop.click("text=Refund 11.90")
    shop.click("text=Refund it")
    customer.goto("/wallet/")
    assert "11.90" in customer.locator("main").inner_text()
    assert beside(audit) == []
    assert beside(User.objects.count) == 3
