"""A shop with a poster, its cashier's device and the web service, for the tests of the till's signal."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import pytest
from django.conf import settings
from django.db import connection

from merchants.models import QrCode
from tests.browser.service import Service, service
from tests.browser.test_look import CHROMIUM
from tests.browser.till_device import Device, device
from tests.factories import make_one_time_code, make_static_code, pay
from tests.payments.till.shop_floor import Floor, open_shop

if TYPE_CHECKING:
    from playwright.sync_api import Browser

T = TypeVar("T")


@pytest.fixture(scope="package")
def web(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The web alone, for all tests of the till: each brings its own shop."""
    with service(tmp_path_factory.mktemp("till"), only=("web",)) as found:
        yield found


def beside(work: Callable[[], T]) -> T:
    """Work with the database in a thread of its own: Playwright keeps an event loop in this one."""

    def run() -> T:
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result()


@dataclass
class Counter:
    """A shop whose cashier is signed in, and a customer who pays its poster."""

    floor: Floor
    poster: QrCode
    key: str
    browser: "Browser"
    url: str

    def device(self, **how: object) -> Device:
        return device(self.browser, self.url, self.key, **how)  # type: ignore[arg-type]

    def pay(self, *amounts: int) -> None:
        def all_of_them() -> None:
            for amount in amounts:
                pay(self.poster, self.floor.people["customer"], amount)

        beside(all_of_them)

    def order(self, amount: int) -> QrCode:
        return beside(lambda: make_one_time_code(self.floor.shop, amount))


@pytest.fixture
def counter(transactional_db: None, web: Service) -> Iterator[Counter]:
    playwright = pytest.importorskip("playwright.sync_api")

    def make() -> tuple[Floor, QrCode, str]:
        floor = open_shop()
        assert floor.people["customer"]
        key = floor.browser("cashier").cookies[settings.SESSION_COOKIE_NAME].value
        return floor, make_static_code(floor.shop, label="Counter"), key

    made = make()
    with playwright.sync_playwright() as tool:
        browser = tool.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield Counter(*made, browser, web.url)
        browser.close()
