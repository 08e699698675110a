"""A part of a sale goes back, chosen by lines or by amount; what the page says is what is done."""

import pytest

from payments.models import Payment, Refund
from tests.browser.conftest import Counter, beside
from tests.browser.test_look import CHROMIUM, SIDEWAYS, SMALL_TARGETS
from tests.factories import make_one_time_code, pay, settle_all

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: `./run browser` installs it"),
]
LINES = [
    {"description": "Soup", "category": "reduced", "amount_minor": 1070},
    {"description": "Tea", "category": "standard", "amount_minor": 714, "quantity": 2},
]
BLANK = "\N{NO-BREAK SPACE}"


def sold(counter: Counter) -> Payment:
    payment = pay(make_one_time_code(counter.floor.shop, lines=LINES), counter.floor.people["customer"])
    settle_all()
    return payment


def refunds() -> list[tuple[int, int]]:
    return list(Refund.objects.order_by("id").values_list("amount_minor", "tax_minor"))


def test_one_tea_by_line_and_then_some_by_amount(counter: Counter) -> None:
    payment = beside(lambda: sold(counter))
    device = counter.device(viewport={"width": 360, "height": 740})
    page = device.context.new_page()
    place = f"{counter.floor.till}payments/{payment.pk}/refund"
    page.goto(place)
    assert page.locator("h1").inner_text() == f"Refund 17.84{BLANK}EUR?"
    page.get_by_text("Only a part").click()
    page.get_by_label("Tea").first.check()
    page.get_by_label("How many of").fill("1")
    page.get_by_role("button", name="Show what goes back").click()
    assert page.locator("h1").inner_text() == f"Refund 3.57{BLANK}EUR?"
    said = page.locator("main").inner_text()
    assert "Tea" in said and f"0.57{BLANK}EUR" in said
    assert page.evaluate(SIDEWAYS) <= 0 and page.evaluate(SMALL_TARGETS) == []
    page.get_by_role("button", name="Refund it").click()
    page.wait_for_url("**/refunds/**")
    assert beside(refunds) == [(357, 57)]

    page.goto(place)
    page.get_by_text("Only a part").click()
    page.get_by_label("Or an amount").fill("99")
    page.get_by_role("button", name="Show what goes back").click()
    assert page.get_by_role("alert").is_visible()
    page.get_by_label("Or an amount").fill("7.14")
    page.get_by_role("button", name="Show what goes back").click()
    assert page.locator("h1").inner_text() == f"Refund 7.14{BLANK}EUR?"
    page.get_by_role("button", name="Refund it").dblclick()
    page.wait_for_url("**/refunds/**")
    page.wait_for_load_state()
    # Half of what was left of each rate: 5.35 at 7 % and 1.79 at 19 %.
    assert beside(refunds) == [(357, 57), (714, 35 + 29)]
    assert device.faults == []
