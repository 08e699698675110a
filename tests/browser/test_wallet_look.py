"""The wallet's pages in Chromium, as `test_look` reads the others: by axe and our own measurements."""

from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.test import Client
from pytest_django.live_server_helper import LiveServer

from tests.browser.test_look import CHROMIUM, SIDEWAYS, SMALL_TARGETS, findings, playwright
from tests.factories import make_person
from tests.wallets.orders import RETURNED_IBAN, asks, pays, sends, withdraws
from wallets.flows.move_withdrawals import move_withdrawals
from wallets.flows.show_code import show_code

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: `./run browser` installs it"),
]
LONG = "Wolfeschlegelsteinhausenbergerdorff, for Saturday's concert tickets and the taxi"


@pytest.fixture
def pages(client: Client) -> tuple[str, list[str]]:
    """A session's key, and the addresses that its person may open."""
    ann = make_person(name="Ann Lee", funds={"EUR": 90_000, "VND": 25_000_000})
    ben = make_person(name="Benedikt von Wolfeschlegelsteinhausenbergerdorff", funds={"EUR": 90_000})
    sends(ann, ben, 2_000, note=LONG[:80])
    sends(ben, ann, 123_45, token=show_code(person_id=ann.pk), note="Rent")
    withdraws(ann, 1_000)
    withdraws(ann, 50_000, iban=RETURNED_IBAN)
    move_withdrawals()
    paid, mine, theirs = asks(ann, 1_500, note="Pizza"), asks(ann, 4_200), asks(ben, 900, note=LONG[:80])
    pays(ben, paid)
    client.force_login(ann)
    found = ["", "movements/", "send/", "withdraw/", "request/", "code/"]
    links = [f"/w/{show_code(person_id=ben.pk)}", *(f"/ask/{each.token}" for each in (paid, mine, theirs))]
    return client.cookies[settings.SESSION_COOKIE_NAME].value, [
        *(f"/wallet/{name}" for name in found),
        *links,
        "/account/name/",
        "/account/",
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_the_wallet_reads_well(
    live_server: LiveServer, pages: tuple[str, list[str]], width: int, scheme: Any
) -> None:
    key, addresses = pages
    said: list[str] = []
    with playwright.sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        context = browser.new_context(
            viewport={"width": width, "height": 740}, color_scheme=scheme, reduced_motion="reduce"
        )
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": key, "url": live_server.url}
        context.add_cookies([cookie])
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        for address in addresses:
            page.goto(live_server.url + address)
            _measure(page)
        _two_steps(page, live_server.url, next(each for each in addresses if each.startswith("/w/")))
        browser.close()
    assert [text for text in said if "Content Security Policy" in text] == []


def _measure(page: "Page") -> None:
    assert findings(page) == [], page.url
    assert page.evaluate(SIDEWAYS) <= 0, page.url
    assert page.evaluate(SMALL_TARGETS) == [], page.url


def _two_steps(page: "Page", base: str, send_to: str) -> None:
    """The second step of a send by the keyboard alone, with a wrong PIN, and a withdrawal's."""
    page.goto(base + send_to)
    page.fill("#id_amount", "5")
    page.press("#id_amount", "Enter")
    page.fill("#id_pin", "111112")
    page.press("#id_pin", "Enter")
    assert "4 tries are left" in page.inner_text("main")
    _measure(page)
    page.goto(base + "/wallet/withdraw/")
    page.fill("#id_amount", "5")
    page.fill("#id_iban", "DE62 3704 0044 0532 0130 01")
    page.press("#id_iban", "Enter")
    assert "DE62 3704 0044 0532 0130 01" in page.inner_text("main")
    _measure(page)
