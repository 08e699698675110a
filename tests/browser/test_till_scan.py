"""A phone shows its code, and a till's camera reads the phone's own pixels: two browsers, one film between.

Chromium's camera is a file that is made of the phone's screenshot, so what is read is what was drawn. It is
allowed beforehand, so the page starts it by itself.
"""

import io
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from PIL import Image
from pytest_django.live_server_helper import LiveServer

from merchants.models import QrCode
from merchants.queries.sheets import draw_sheet
from payments.models import Payment, ShownCode
from people.models import User
from tests.browser.test_look import CHROMIUM, SIDEWAYS, SMALL_TARGETS, findings, playwright
from tests.factories import PIN, Shop, make_one_time_code, make_person, make_shop, make_static_code
from tests.pixels import codes_in, svg_pixels

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: `./run browser` installs it"),
]
T = TypeVar("T")
PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 800}
FILM = (640, 480)


def film(picture: Image.Image, path: Path) -> Path:
    """The picture held before a camera: a grey Y4M of one frame, which Chromium repeats."""
    held = picture.convert("L")
    held.thumbnail((FILM[0] - 40, FILM[1] - 40))
    frame = Image.new("L", FILM, 120)
    frame.paste(held, ((FILM[0] - held.width) // 2, (FILM[1] - held.height) // 2))
    colour = b"\x80" * (FILM[0] * FILM[1] // 2)
    path.write_bytes(b"YUV4MPEG2 W640 H480 F10:1 Ip A1:1 C420jpeg\nFRAME\n" + frame.tobytes() + colour)
    return path


def beside(look: Callable[[], T]) -> T:
    """Ask the database from a thread of its own: Playwright keeps an event loop in this one."""

    def run() -> T:
        try:
            return look()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result()


class Counter:
    """A shop, its cashier and Ann; each opens pages as the person that is signed in."""

    def __init__(self, base: str, folder: Path, engine: Any, keys: dict[str, str], shop: Shop) -> None:
        self.base, self.folder, self.engine, self.keys, self.shop = base, folder, engine, keys, shop

    @contextmanager
    def page(self, who: str, size: dict[str, int], *args: str) -> "Iterator[Page]":
        browser: Browser = self.engine.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", *args])
        context = browser.new_context(base_url=self.base, viewport=size, reduced_motion="reduce")  # type: ignore[arg-type]
        context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": self.keys[who], "url": self.base}]
        )
        found = context.new_page()
        found.set_default_timeout(15_000)
        said: list[str] = []
        found.on("console", lambda message: said.append(message.text))
        found.on("pageerror", lambda error: said.append(f"a script threw: {error}"))
        yield found
        browser.close()
        assert [text for text in said if "Content Security Policy" in text or "threw" in text] == []

    def scanner(self, order: QrCode | None = None) -> str:
        return f"/till/{self.shop.till.pk}/scan/" + (f"?order={order.pk}" if order else "")

    def camera(self, picture: Image.Image) -> list[str]:
        path = film(picture, self.folder / "film.y4m")
        return [
            "--use-fake-ui-for-media-stream",
            "--use-fake-device-for-media-stream",
            f"--use-file-for-fake-video-capture={path}",
        ]


@pytest.fixture
def counter(live_server: LiveServer, tmp_path: Path) -> Iterator[Counter]:
    shop, ann = make_shop(), make_person(funds={"EUR": 50_000})
    keys = {"ann": _signed_in(ann), "cashier": _signed_in(shop.cashier)}
    with playwright.sync_playwright() as engine:
        yield Counter(live_server.url, tmp_path, engine, keys, shop)


def _signed_in(person: User) -> str:
    browser = Client()
    browser.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
    return browser.cookies[settings.SESSION_COOKIE_NAME].value


def drawn(shop: Shop) -> Image.Image:
    """A printed code of this shop, as pixels."""
    return svg_pixels(draw_sheet(make_static_code(shop), "svg").content, dots_per_unit=8)


def measure(page: "Page") -> None:
    assert findings(page) == [], page.url
    assert page.evaluate(SIDEWAYS) <= 0, page.url
    assert page.evaluate(SMALL_TARGETS) == [], page.url


def show(phone: "Page") -> Image.Image:
    """Open the page with the PIN; what a camera sees of it."""
    phone.goto("/wallet/show/")
    measure(phone)
    phone.fill("#pin", PIN)
    phone.press("#pin", "Enter")
    return seen(phone)


def seen(phone: "Page") -> Image.Image:
    """The phone's picture, from near by: without the frame of the page."""
    figure = phone.wait_for_selector("[data-fresh] svg")
    assert figure is not None
    return Image.open(io.BytesIO(figure.screenshot()))


def test_a_camera_reads_a_phone_and_both_say_paid(counter: Counter) -> None:
    order = beside(lambda: make_one_time_code(counter.shop, 1240))
    with counter.page("ann", PHONE) as phone:
        picture = show(phone)
        assert len(codes_in(picture)) == 1
        measure(phone)
        with counter.page("cashier", DESK, *counter.camera(picture)) as till:
            till.goto(counter.scanner(order))
            till.wait_for_url(f"**/code/{order.pk}/")
            assert "PAID" in till.inner_text("main")
        phone.wait_for_url("**/paid/**")
        assert "12.40" in phone.inner_text("main")
    payment = beside(lambda: Payment.objects.get())
    assert (payment.one_time_code_id, payment.showing_id is not None) == (order.pk, True)


def test_a_large_amount_asks_on_the_phone_and_the_till_waits(counter: Counter) -> None:
    order = beside(lambda: make_one_time_code(counter.shop, 4900))
    with counter.page("ann", PHONE) as phone:
        picture = show(phone)
        with counter.page("cashier", PHONE, *counter.camera(picture)) as till:
            till.goto(counter.scanner(order))
            till.wait_for_selector("text=Waiting for the customer’s PIN")
            measure(till)
            phone.wait_for_url("**/pay/**")
            measure(phone)
            assert "Café Morgenrot" in phone.inner_text("main")
            phone.fill("#pin", PIN)
            phone.press("#pin", "Enter")
            phone.wait_for_url("**/paid/**")
            till.wait_for_url(f"**/code/{order.pk}/")
            assert "PAID" in till.inner_text("main")
    assert beside(lambda: Payment.objects.get().showing_id) is None


def test_a_no_on_the_phone_is_told_at_the_till(counter: Counter) -> None:
    order = beside(lambda: make_one_time_code(counter.shop, 4900))
    with counter.page("ann", PHONE) as phone, counter.page("cashier", DESK) as till:
        show(phone)
        digits = phone.inner_text("[data-fresh] .words")
        till.goto(counter.scanner(order))
        till.fill("#read", digits)
        till.press("#read", "Enter")
        till.wait_for_selector("text=Waiting for the customer’s PIN")
        phone.wait_for_url("**/pay/**")
        phone.click("text=Do not pay")
        till.wait_for_selector("text=The customer said no")
        measure(till)
    assert not beside(lambda: Payment.objects.exists())


def test_the_code_renews_itself_and_dies_out_of_sight(counter: Counter) -> None:
    with counter.page("ann", PHONE) as phone:
        show(phone)
        first = phone.inner_text("[data-fresh] .words")
        phone.evaluate("document.querySelector('[data-renew]').requestSubmit()")
        words = "document.querySelector('[data-fresh] .words')?.innerText"
        phone.wait_for_function(f"old => ![undefined, old].includes({words})", arg=first)
        states = beside(lambda: list(ShownCode.objects.order_by("id").values_list("state", flat=True)))
        assert (states[0], states[-1]) == ("gone", "shown")
        phone.evaluate(
            "Object.defineProperty(document, 'hidden', { value: true, configurable: true });"
            "document.dispatchEvent(new Event('visibilitychange'))"
        )
        assert phone.query_selector("[data-fresh]") is None
        phone.wait_for_load_state("networkidle")
        assert not beside(lambda: ShownCode.objects.filter(state="shown").exists())


def test_the_own_sign_is_looked_at_by_camera_and_by_photo(counter: Counter) -> None:
    sign = beside(lambda: drawn(counter.shop))
    theirs = beside(lambda: drawn(make_shop(trade_name="Next door")))
    photo = io.BytesIO()
    theirs.save(photo, "PNG")
    with counter.page("cashier", PHONE, *counter.camera(sign)) as till:
        till.goto(counter.scanner())
        till.wait_for_selector("[data-told=paid]")
        assert "Your own sign" in till.inner_text("[data-told]")
        measure(till)
        picture: Any = {"name": "sticker.png", "mimeType": "image/png", "buffer": photo.getvalue()}
        till.set_input_files("[data-file]", picture)
        till.wait_for_selector("[data-told=danger]")
        assert "it pays Next door" in till.inner_text("[data-told]")
        measure(till)
        till.set_input_files("[data-file]", {**picture, "buffer": b"no picture"})  # type: ignore[arg-type]
        till.wait_for_selector("text=This file is not a picture")


def test_no_camera_and_no_permission_say_what_to_do(counter: Counter) -> None:
    with counter.page("cashier", PHONE) as till:
        till.goto(counter.scanner())
        till.click("[data-start]")
        till.wait_for_selector("[data-trouble]:not([hidden])")
        text = till.inner_text("[data-trouble]")
        assert "twelve digits" in text and ("may not use the camera" in text or "No camera was found" in text)
        measure(till)
    with counter.page("cashier", PHONE) as till:
        till.add_init_script("Object.defineProperty(navigator, 'mediaDevices', { value: undefined })")
        till.goto(counter.scanner())
        till.wait_for_selector("text=This browser gives no camera")
        assert till.is_hidden("[data-start]")
        till.fill("#read", "123456789012")
        till.press("#read", "Enter")
        till.wait_for_selector("text=One of the twelve digits is wrong")
