"""The accountant's pages in Chromium, as `test_look` reads the others: by axe and our own measurements."""

from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from pytest_django.live_server_helper import LiveServer

from merchants.models import Branch
from payments.flows.pay_out import pay_out
from payments.models import Payment
from reports.web.nav import MENU
from tests.browser.test_look import CHROMIUM, SIDEWAYS, SMALL_TARGETS, findings, playwright
from tests.payments.payouts.stage import PAID_IBAN, with_account
from tests.reports.conftest import Trade, on, trade

if TYPE_CHECKING:
    from playwright.sync_api import Page

__all__ = ["trade"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: `./run browser` installs it"),
]
PAGES = [
    "",
    "rates/",
    "vat/",
    "trial/",
    "ledger/",
    "ledger/?account=EUR:payable",
    "fees/",
    "refunds/",
    "tips/",
]
PAGES += ["payouts/", "settings/", "refunds/?period=2026-01-15..2026-03-02"]
PAGES += ["periods/", "thresholds/", "answers/", "schedules/"]
HERE = "nav.menu a[aria-current=page]"


@pytest.fixture
def pages(trade: Trade, client: Client) -> tuple[str, list[str]]:
    """The accountant's session, and the addresses of a client with a payout and a branch far away."""
    shop = trade.shop
    with_account(shop, PAID_IBAN)
    pay_out(actor=shop.owner, merchant_id=shop.merchant.pk, key="one", amount_minor=500, happened_at=on(20))
    fields = {"street": "1 Queen Street", "postcode": "1010", "city": "Auckland", "country": "DE"}
    Branch.objects.create(merchant=shop.merchant, name="Far", time_zone="Pacific/Auckland", **fields)
    journal = Payment.objects.get(pk=trade.cake.pk).journal
    client.force_login(trade.accountant)
    books = f"/books/{shop.merchant.pk}/"
    found = [books + page + ("" if "period=" in page else "&" if "?" in page else "?") for page in PAGES]
    addresses = [each + "period=2026-11" if each[-1] in "?&" else each for each in found]
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    return key, ["/books/", *addresses, f"{books}journals/{journal}/"]


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1280, "light")])
def test_the_desk_reads_well(
    live_server: LiveServer, pages: tuple[str, list[str]], width: int, scheme: Any
) -> None:
    key, addresses = pages
    said: list[str] = []
    with playwright.sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        context = browser.new_context(
            viewport={"width": width, "height": 740}, color_scheme=scheme, reduced_motion="reduce"
        )
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": live_server.url}])
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        for address in addresses:
            page.goto(live_server.url + address)
            _measure(page)
        _pick_by_keyboard(page, live_server.url + addresses[4])
        browser.close()
    assert [text for text in said if "Content Security Policy" in text] == []


def test_the_menu_is_in_sight_and_needs_no_mouse_and_no_script(
    live_server: LiveServer, pages: tuple[str, list[str]]
) -> None:
    """On a phone: each page's own entry without scrolling, and the picked period goes to the next page."""
    key, addresses = pages
    with playwright.sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        context = browser.new_context(viewport={"width": 360, "height": 740}, java_script_enabled=False)
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": live_server.url}])
        page = context.new_page()
        for tab in [tab for group in MENU for tab in group.tabs]:
            page.goto(live_server.url + reverse(f"reports:{tab.page}", args=[addresses[1].split("/")[2]]))
            assert page.inner_text(HERE) == tab.label
            box = page.locator(HERE).bounding_box()
            assert box and box["x"] >= 0 and box["x"] + box["width"] <= 360, tab
            assert box["y"] + box["height"] <= 370, tab  # with room for the page itself
        page.goto(live_server.url + addresses[1])
        for name in ("Closing", "Transactions", "Fees"):
            _go_by_keyboard(page, name)
        assert page.inner_text(HERE) == "Fees"
        assert page.inner_text(".picker strong") == "November 2026"
        browser.close()


def _go_by_keyboard(page: "Page", name: str) -> None:
    link = page.locator("nav.menu").get_by_role("link", name=name, exact=True)
    for _ in range(30):
        page.keyboard.press("Tab")
        if link.evaluate("link => link === document.activeElement"):
            break
    page.keyboard.press("Enter")
    page.wait_for_load_state()


def _measure(page: "Page") -> None:
    assert findings(page) == [], page.url
    assert page.evaluate(SIDEWAYS) <= 0, page.url
    assert page.evaluate(SMALL_TARGETS) == [], page.url


def _pick_by_keyboard(page: "Page", address: str) -> None:
    """Open the choice, go to two days of it, and stay on the page: no script is needed, and no mouse."""
    page.goto(address)
    page.focus(".picker summary")
    page.keyboard.press("Enter")
    _measure(page)
    page.fill("#from", "2026-11-03")
    page.fill("#to", "2026-11-05")
    page.press("#to", "Enter")
    assert page.inner_text(".picker strong") == "3 to 5 November 2026"
    assert "/trial/" in page.url
