"""The counter in Chromium: by the keyboard alone from item to code, and with a finger on a small phone.

What the button said is what the payer's page asks for.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.test import Client
from pytest_django.live_server_helper import LiveServer

from merchants.models import Item, QrCode
from merchants.queries import link_of
from people.models import User
from tests.browser.test_look import CHROMIUM, SIDEWAYS, SMALL_TARGETS, findings, playwright
from tests.browser.test_story import DESK, PHONE, beside
from tests.factories import Shop, make_shop
from tests.pixels import codes_in, image_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: `./run browser` installs it"),
]


@dataclass(frozen=True)
class Counter:
    """A till's address, its shop, and the cookies of its cashier and its owner."""

    shop: Shop
    url: str
    key: str
    owner_key: str


@pytest.fixture
def counter(live_server: LiveServer) -> Counter:
    shop = make_shop()
    for place, (name, price) in enumerate((("Käsekuchen", 450), ("Lentil soup", 720), ("Tea", 290)), 1):
        Item.objects.create(
            merchant=shop.merchant, name=name, price_minor=price, category="reduced", position=place
        )
    keys = [_cookie(person) for person in (shop.cashier, shop.owner)]
    return Counter(shop, f"{live_server.url}/till/{shop.till.pk}/", *keys)


def _cookie(person: User) -> str:
    client = Client()
    client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client.cookies[settings.SESSION_COOKIE_NAME].value


@pytest.fixture
def browser(counter: Counter) -> Iterator["Browser"]:
    with playwright.sync_playwright() as engine:
        found = engine.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


def cashier(
    browser: "Browser", counter: Counter, size: dict[str, int], key: str = "", **more: object
) -> "Page":
    """The counter's page, signed in. Whatever a script throws or the page's rules block fails the test."""
    context = browser.new_context(viewport=size, reduced_motion="reduce", **more)  # type: ignore[arg-type]
    context.add_cookies(
        [
            {
                "name": settings.SESSION_COOKIE_NAME,
                "value": key or counter.key,
                "url": counter.url.split("till/")[0],
            }
        ]
    )
    # The live line is another's test, and this server has none: without it the page would load itself again.
    context.route("**/events/till/*", lambda line: line.abort())
    context.route("**/api/tills/*/events*", lambda line: line.fulfill(json={"events": []}))
    page = context.new_page()
    page.set_default_timeout(15_000)
    page.on("pageerror", lambda error: pytest.fail(f"a script threw: {error}"))
    page.on("console", _fail_if_blocked)
    page.goto(counter.url)
    return page


def _fail_if_blocked(line: "ConsoleMessage") -> None:
    if "Content Security Policy" in line.text:
        pytest.fail(line.text)


def asked_of_the_payer(browser: "Browser", page: "Page") -> str:
    """The amount on the page behind the code that stands on the screen."""
    code = re.search(r"/code/([0-9a-f-]+)/", page.url)
    assert code
    link = beside(lambda: link_of(QrCode.objects.get(pk=code[1])))
    payer = browser.new_page(viewport=PHONE)  # type: ignore[arg-type]
    payer.goto(page.url.split("/till/")[0] + link.removeprefix(settings.BASE_URL))
    return payer.locator(".amount bdi").inner_text()


def total_is(page: "Page", text: str) -> None:
    page.locator("[data-total]", has_text=re.compile(rf"^ ?{re.escape(text)}$")).wait_for()


def test_from_item_to_code_by_the_keyboard_alone(browser: "Browser", counter: Counter) -> None:
    page = cashier(browser, counter, DESK)
    for key in ("/", *"kase", "Enter"):  # found without its dots
        page.keyboard.press(key)
    page.keyboard.press("Escape")
    for key in ("+", *"5.00", "+"):  # one more cake, and five by the keypad
        page.keyboard.press(key)
    total_is(page, "14.00")
    for key in ("-", "/", "ArrowDown", "ArrowRight", "Enter", "d", *"10 %"):
        page.keyboard.press(key)
    # Two cakes 9.00 and a soup 7.20; the five went again. A tenth off.
    total_is(page, "14.58")
    said = page.locator("[data-order] .total").inner_text()
    assert "Discount 1.62" in said and "tax in it" in said
    page.keyboard.press("Enter")
    page.wait_for_url("**/code/**")
    assert asked_of_the_payer(browser, page) == "14.58"
    page.keyboard.press("Escape")
    page.locator("dialog[open]").wait_for()
    page.keyboard.press("Enter")
    page.locator("text=This order is called off").wait_for()


def test_digits_and_enter_are_enough(browser: "Browser", counter: Counter) -> None:
    page = cashier(browser, counter, DESK)
    page.evaluate("document.activeElement.blur()")
    for key in ("1", "2", ".", "4", "Enter"):
        page.keyboard.press(key)
    page.wait_for_url("**/code/**")
    assert asked_of_the_payer(browser, page) == "12.40"


def test_escape_asks_before_it_clears_an_order(browser: "Browser", counter: Counter) -> None:
    page = cashier(browser, counter, DESK)
    page.locator("[data-item] button").first.click()
    page.keyboard.press("Escape")
    page.locator("dialog[open]").wait_for()
    page.keyboard.press("Escape")
    assert page.locator("[data-lines] li").count() == 1
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    page.locator("[data-lines] li").wait_for(state="detached")
    page.keyboard.press("?")
    assert "Arrows" in page.locator("dialog[open]").inner_text()


def test_three_taps_on_a_small_phone(browser: "Browser", counter: Counter) -> None:
    page = cashier(browser, counter, PHONE, has_touch=True)
    assert findings(page) == [] and page.evaluate(SIDEWAYS) <= 0 and page.evaluate(SMALL_TARGETS) == []
    page.tap("[data-mode=items]")
    page.locator("[data-item] button", has_text="Lentil soup").tap()
    total_is(page, "7.20")
    assert all(tile["height"] >= 64 for tile in boxes(page, "[data-item] button"))
    assert findings(page) == [] and page.evaluate(SIDEWAYS) <= 0 and page.evaluate(SMALL_TARGETS) == []
    page.locator("[data-lines] button", has_text="✕").tap()
    assert "out of the order" in page.locator("[data-removed]").inner_text()
    page.tap("[data-undo]")
    total_is(page, "7.20")
    page.locator(".total button").tap()
    page.wait_for_url("**/code/**")
    assert findings(page) == [] and page.evaluate(SIDEWAYS) <= 0 and page.evaluate(SMALL_TARGETS) == []
    (picture,) = boxes(page, ".qr img")
    assert picture["width"] >= 0.95 * PHONE["width"]
    assert asked_of_the_payer(browser, page) == "7.20"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_desk_shows_keypad_items_and_a_large_code(
    browser: "Browser", counter: Counter, scheme: str
) -> None:
    page = cashier(browser, counter, DESK, color_scheme=scheme)
    page.locator("[data-item] button").first.click()
    total_is(page, "4.50")
    assert page.locator(".keypad").is_visible() and page.locator(".items").is_visible()
    assert findings(page) == [] and page.evaluate(SIDEWAYS) <= 0
    page.locator(".total button").click()
    page.wait_for_url("**/code/**")
    (picture,) = boxes(page, ".qr img")
    assert picture["width"] >= 0.6 * min(DESK.values()) and findings(page) == []
    assert len(codes_in(image_of(page.screenshot()))) == 1


def test_a_price_that_changes_on_an_open_page_is_told(browser: "Browser", counter: Counter) -> None:
    page = cashier(browser, counter, DESK)
    page.locator("[data-item] button").first.click()
    total_is(page, "4.50")
    beside(lambda: Item.objects.filter(name="Käsekuchen").update(price_minor=480))
    page.locator("[data-item] button").first.click()
    page.locator("[data-warn]", has_text="4.80").wait_for()
    total_is(page, "9.60")
    page.locator(".total button").click()
    page.wait_for_url("**/code/**")
    assert asked_of_the_payer(browser, page) == "9.60"


def test_without_scripts_items_are_chosen_by_number(browser: "Browser", counter: Counter) -> None:
    page = cashier(browser, counter, PHONE, java_script_enabled=False)
    page.locator("label", has_text="Tea").locator("input").fill("2")
    page.locator(".total button").click()
    assert "/code/" in page.url and page.locator("[data-open] .amount bdi").inner_text() == "5.80"


@pytest.mark.parametrize("width", [360, 1280])
def test_the_catalogue_s_pages_read_well(browser: "Browser", counter: Counter, width: int) -> None:
    page = cashier(browser, counter, {"width": width, "height": 740}, key=counter.owner_key)
    shop = counter.url.split("/till/")[0] + "/shop/"
    items = f"{shop}{counter.shop.merchant.pk}/items/"
    for address in (items, f"{items}add/", f"{items}import/", f"{items}?archived=1"):
        answer = page.goto(address)
        assert answer is not None and answer.status == 200, address
        assert findings(page) == [] and page.evaluate(SIDEWAYS) <= 0, address
        assert page.evaluate(SMALL_TARGETS) == [], address
    page.goto(items)
    page.locator("button", has_text="Archive Tea").click()
    page.click("text=Undo: bring “Tea” back")
    page.locator("main a", has_text="Tea").click()
    page.fill("[name=price]", "3.10")
    page.click("text=Save")
    page.locator("main a", has_text="Tea").click()
    assert "3.10" in page.locator("table").inner_text()
    assert findings(page) == [] and page.evaluate(SIDEWAYS) <= 0 and page.evaluate(SMALL_TARGETS) == []


def boxes(page: "Page", selector: str) -> list[dict[str, float]]:
    found = [each.bounding_box() for each in page.locator(selector).all() if each.is_visible()]
    return [box for box in found if box]  # type: ignore[misc]
