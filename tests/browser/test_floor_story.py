"""A swapped sticker, and an order that finds its customer's phone; and how the pages of both read."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings

from merchants.models import QrCode
from merchants.queries import token_of
from payments.flows.close_shift import close_shift
from payments.flows.match_payment import match_payment
from payments.flows.open_shift import open_shift
from payments.models import Payment, Receipt, Session
from payments.queries.receipts import receipt_link
from tests.browser.conftest import Counter, beside
from tests.browser.test_look import CHROMIUM, SIDEWAYS, SMALL_TARGETS, findings
from tests.factories import make_one_time_code, make_shop, make_static_code, pay, settle_all

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: `./run browser` installs it"),
]
PHONE = {"width": 360, "height": 740}


def a_phone(counter: Counter, code: QrCode) -> "Page":
    """A customer's browser that has scanned the code."""
    page: Page = counter.browser.new_context(base_url=counter.url, viewport=PHONE).new_page()  # type: ignore[arg-type]
    page.set_default_timeout(10_000)
    page.goto(f"/q/{beside(lambda: token_of(code))}")
    return page


def test_a_swapped_sticker_is_seen_before_the_amount_and_leaves_the_till_silent(counter: Counter) -> None:
    thief = beside(lambda: make_static_code(make_shop(trade_name="Quick Snacks")))
    here = counter.device()
    till = here.open(counter.floor.till)
    phone = a_phone(counter, thief)
    shown = phone.locator("main").inner_text()
    for words in ("Quick Snacks", thief.branch.place):
        assert shown.index(words) < shown.index("How much"), words
    assert phone.locator(".payee").inner_text().count("\n") >= 2, "name, place and category"
    assert counter.floor.shop.merchant.trade_name not in shown
    # What the till hears of its own sheet shows that it was listening all the while.
    own = a_phone(counter, counter.poster)
    till.locator(".live li", has_text="scanned").wait_for()
    assert till.locator(".live li").count() == 1
    assert own.locator(".words").last.inner_text() in till.locator(".live li").inner_text()
    phone.get_by_text("This is not the shop I am in").click()
    assert "Nothing was taken" in phone.locator("main").inner_text()
    assert here.ears == [] and here.faults == []
    assert beside(Payment.objects.count) == 0


def test_the_order_comes_to_the_phone_whose_words_the_cashier_sees(counter: Counter) -> None:
    here, order = counter.device(), counter.order(1240)
    phones = [a_phone(counter, counter.poster) for _ in range(3)]
    till = here.open(f"{counter.floor.till}code/{order.pk}/")
    words = phones[1].locator(".words").last.inner_text()
    till.get_by_role("button", name=f"Give this order to {words}").click()
    till.get_by_text("The order is on that customer").wait_for()
    phones[1].get_by_text("The shop sent this order to your phone").wait_for()
    assert "12.40" in phones[1].locator(".amount").inner_text()
    for other in (phones[0], phones[2]):
        assert other.locator("[name=amount]").is_visible()
    assert phones[1].locator(".words").last.inner_text() in till.locator("main").inner_text()
    assert beside(lambda: Session.objects.filter(code=order).count()) == 1
    assert here.faults == []


@dataclass(frozen=True)
class Prepared:
    """A shop with something on each of its pages. key: its owner's session."""

    key: str
    pages: tuple[str, ...]


def prepare(counter: Counter) -> Prepared:
    floor = counter.floor
    shop, till = floor.shop, floor.shop.till
    said: dict[str, Any] = {"actor": floor.people["owner"], "till_id": till.pk}
    key = floor.browser("owner").cookies[settings.SESSION_COOKIE_NAME].value
    closed = open_shift(**said, float_minor=5000, key="a")
    short, other = make_one_time_code(shop, 1240), make_one_time_code(shop, 500)
    paid = pay(counter.poster, floor.people["customer"], 1000)
    pay(counter.poster, floor.people["customer"], 500)
    match_payment(**said, payment_id=paid.pk, code_id=short.pk)
    settle_all()
    close_shift(**said, shift_id=closed.pk, counted_minor=5000, key="b")
    open_shift(**said, float_minor=0, key="c")
    receipt = Receipt.objects.get(payment=paid)
    codes, desk = f"/shop/codes/{counter.poster.pk}", f"/shop/{shop.merchant.pk}"
    return Prepared(
        key,
        (
            f"{codes}/",
            f"{codes}/replace/",
            f"{desk}/codes/",
            f"{desk}/logo/",
            f"{desk}/shifts/",
            f"/shop/branches/{shop.branch.pk}/codes/add/",
            f"/shop/branches/{shop.branch.pk}/print-runs/add/",
            floor.till,
            f"{floor.till}code/{short.pk}/",
            f"{floor.till}code/{other.pk}/",
            f"{floor.till}payments/{paid.pk}/",
            f"{floor.till}payments/{paid.pk}/receipts/{receipt.pk}/",
            f"{floor.till}scan/",
            f"{floor.till}shift/",
            f"{floor.till}shifts/",
            f"{floor.till}shifts/{closed.pk}/",
            urlsplit(receipt_link(receipt)).path,
        ),
    )


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1280, "light")])
def test_the_pages_of_the_counter_read_well(counter: Counter, width: int, scheme: str) -> None:
    prepared = beside(lambda: prepare(counter))
    a_phone(counter, counter.poster)  # stands at the code
    counter.key = prepared.key
    page = counter.device(viewport={"width": width, "height": 800}, color_scheme=scheme).context.new_page()
    for path in prepared.pages:
        answer = page.goto(path)
        assert answer and answer.status == 200, path
        assert findings(page) == [], path
        assert page.evaluate(SIDEWAYS) == 0, path
        assert page.evaluate(SMALL_TARGETS) == [], path
