"""The look in Chromium: no accessibility finding, no sideways scrolling, no small target, no blocked rule.

Each page is read at 360 and 1280 px, light and dark, by axe and by three measurements of our own.
"""

import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client
from pytest_django.live_server_helper import LiveServer

playwright = pytest.importorskip("playwright.sync_api", reason="no Playwright: `./run browser` installs it")
axe = pytest.importorskip(
    "axe_playwright_python.sync_playwright", reason="no axe: `./run browser` installs it"
)
if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.urls("tests.look.board"),
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: `./run browser` installs it"),
]
OPEN = [
    "/",
    "/board/phone/?wrong=1",
    "/board/desk/",
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/password/reset/",
    "/error/404/",
]
SIGNED_IN = [
    "/board/phone/",
    "/board/desk/",
    "/accounts/email/",
    "/accounts/password/change/",
    "/accounts/logout/",
]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# A target is a control or a label around one; links inside a sentence are exempt (WCAG 2.2, 2.5.8).
SMALL_TARGETS = """
[...document.querySelectorAll("button:not(.link), a[role=button], nav a, .who a, input, select, textarea")]
  .map(control => control.closest("label") ?? control)
  .filter(target => target.offsetWidth > 0 && target.getBoundingClientRect().height < 43.5)
  .map(target => target.outerHTML.slice(0, 90))
"""
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def session_key(live_server: LiveServer, client: Client) -> str:
    """A signed-in person's cookie, made before Playwright's event loop forbids Django the database."""
    client.force_login(get_user_model().objects.create_user("linh@example.org", "korn-blume-77"))
    return client.cookies[settings.SESSION_COOKIE_NAME].value


@pytest.fixture
def chromium(session_key: str) -> Iterator["Browser"]:
    with playwright.sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_pages_read_well(
    chromium: "Browser", live_server: LiveServer, session_key: str, width: int, scheme: Any
) -> None:
    context = chromium.new_context(
        viewport={"width": width, "height": 740}, color_scheme=scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    for path in OPEN:
        check(page, live_server.url + path)
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session_key, "url": live_server.url}
    context.add_cookies([cookie])  # type: ignore[list-item]
    for path in SIGNED_IN:
        check(page, live_server.url + path)
    context.close()
    assert [url for url in asked if not url.startswith((live_server.url, "data:"))] == []
    assert [text for text in said if "Content Security Policy" in text] == []


def test_the_check_sees_planted_faults(chromium: "Browser", live_server: LiveServer) -> None:
    page = chromium.new_page(viewport={"width": 360, "height": 740})
    page.goto(live_server.url + "/accounts/login/")
    page.evaluate("document.querySelector('main').append(document.createElement('img'))")
    page.evaluate("document.querySelector('main img').style.minWidth = '999px'")
    page.evaluate("document.querySelector('main button').style.minHeight = 0")
    page.evaluate("document.querySelector('main button').style.padding = 0")
    assert [finding.split(":")[0] for finding in findings(page)] == ["image-alt"]
    assert page.evaluate(SIDEWAYS) > 0
    assert len(page.evaluate(SMALL_TARGETS)) == 1
    page.close()


def test_keyboard_alone_reaches_the_content_first(chromium: "Browser", live_server: LiveServer) -> None:
    page = chromium.new_page(viewport={"width": 360, "height": 740})
    page.goto(live_server.url + "/board/desk/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.evaluate("document.activeElement.getBoundingClientRect().width") > 40
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("Tab")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    page.close()


def check(page: "Page", address: str) -> None:
    page.goto(address)
    assert findings(page) == [], address
    assert page.evaluate(SIDEWAYS) <= 0, address
    assert page.evaluate(SMALL_TARGETS) == [], address


def findings(page: "Page") -> list[str]:
    """What axe finds: rule and first place of each."""
    violations = axe.Axe().run(page, options={"runOnly": RULES}).response["violations"]
    return [f"{each['id']}: {each['nodes'][0]['html'][:120]}" for each in violations]
