"""The till's paid signal in Chromium: green, tones, speech; each payment once, whatever the line does."""

import pytest

from base.ids import database_now
from payments.web.payment_row import time_of
from tests.browser.conftest import Counter, beside
from tests.browser.test_look import CHROMIUM
from tests.browser.till_device import live, until
from tests.factories import pay

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: `./run browser` installs it"),
]
HOUR_MS = 3_600_000


def test_a_payment_is_green_heard_and_gone_by_itself(counter: Counter) -> None:
    here = counter.device()
    page = here.open(counter.floor.till)
    counter.pay(1240)
    green = page.locator("[data-green]")
    green.wait_for(timeout=1_000)
    assert green.locator(".amount").inner_text().split() == ["12.40", "EUR"]
    assert "PAID" in green.inner_text()
    smallest = min(page.viewport_size.values())  # type: ignore[union-attr]
    size = page.evaluate("parseFloat(getComputedStyle(document.querySelector('.green .amount')).fontSize)")
    assert size >= 0.15 * smallest
    until(page, lambda: here.said)
    assert green.bounding_box() == {"x": 0, "y": 0, **page.viewport_size}  # type: ignore[dict-item]
    assert here.said == ["Bezahlt: 12 Euro 40"] and here.tones == 2
    words = page.locator("[data-payment]").first.get_attribute("data-words")
    assert words and words in green.inner_text()
    green.wait_for(state="hidden", timeout=9_000)
    assert page.url.endswith(counter.floor.till)
    assert here.faults == []


def test_the_next_key_is_typed_and_the_next_touch_of_a_typist_too(counter: Counter) -> None:
    here = counter.device()
    page = here.open(counter.floor.till)
    amount = page.locator("[name=amount]")
    green = page.locator("[data-green]")
    amount.press_sequentially("1")
    counter.pay(500)
    green.wait_for()
    page.keyboard.type("2")
    assert green.is_hidden() and amount.input_value() == "12"
    amount.fill("")
    counter.pay(600)
    green.wait_for()
    page.wait_for_timeout(2_100)  # nobody types now: a touch only takes the green away
    page.mouse.click(300, 400)
    assert green.is_hidden() and amount.input_value() == ""
    key = page.locator("[data-key='7']")
    key.click()
    counter.pay(700)
    green.wait_for()
    box = key.bounding_box()
    assert box
    page.mouse.click(box["x"] + 9, box["y"] + 9)
    assert green.is_hidden() and amount.input_value() == "0.77"


def test_beside_an_open_order_only_that_order_is_green(counter: Counter) -> None:
    here = counter.device()
    code = counter.order(2100)
    page = here.open(f"{counter.floor.till}code/{code.pk}/")
    green = page.locator("[data-green]")
    counter.pay(420)
    until(page, lambda: here.said)
    assert here.said == ["Andere Zahlung: 4 Euro 20"] and green.is_hidden()
    assert page.locator("[data-open]").is_visible()
    beside(lambda: pay(code, counter.floor.people["customer"]))
    green.wait_for()
    assert "21.00" in green.inner_text()
    until(page, lambda: len(here.said) == 2)
    assert here.said[1] == "Bezahlt: 21 Euro"
    page.keyboard.type("129")
    page.wait_for_url(f"**{counter.floor.till}")
    amount = page.locator("[name=amount]")
    until(page, lambda: amount.input_value() == "129")
    assert amount.input_value() == "129"
    live(page)
    assert page.locator("[data-green]").is_hidden()
    assert len(here.said) == 2 and here.faults == []


def test_five_at_once_are_all_announced_and_none_is_cut(counter: Counter) -> None:
    here = counter.device()
    page = here.open(counter.floor.till)
    counter.pay(100, 200, 300, 400, 510)
    until(page, lambda: len(here.said) >= 2 and here.said == here.began, seconds=8)
    page.wait_for_timeout(600)
    assert here.said == here.began  # each to its end, the next after it
    assert sum(_count(each) for each in here.said) == 5
    assert sum(_euros(each) for each in here.said) == 1510
    assert not any("cut" in each for each in here.ears)


def test_of_two_tabs_one_speaks_and_the_other_takes_over(counter: Counter) -> None:
    here = counter.device(long_ms=900)
    one, other = here.open(counter.floor.till), here.open(f"{counter.floor.till}watch/")
    there = counter.device()
    there.open(counter.floor.till)
    counter.pay(300)
    for page in (one, other):
        page.locator("[data-green]").wait_for()
    until(one, lambda: here.said)
    assert here.said == here.began == there.said == ["Bezahlt: 3 Euro"]
    assert here.tones == there.tones == 2
    counter.pay(400)
    until(one, lambda: len(here.began) == 2)
    one.close()  # in the middle of the sentence
    until(other, lambda: len(here.said) == 2)
    counter.pay(500)
    until(other, lambda: len(here.said) == 3)
    assert here.said == ["Bezahlt: 3 Euro", "Bezahlt: 4 Euro", "Bezahlt: 5 Euro"]
    assert there.said == here.said


def test_what_a_left_page_did_not_finish_the_next_page_says(counter: Counter) -> None:
    here = counter.device(long_ms=900)
    page = here.open(counter.floor.till)
    counter.pay(300)
    until(page, lambda: here.began)
    page.get_by_role("link", name="Watch", exact=True).click()
    until(page, lambda: here.said)
    page.get_by_role("link", name="Till 1", exact=True).click()
    live(page)
    counter.pay(400)
    until(page, lambda: len(here.said) == 2)
    assert here.said == ["Bezahlt: 3 Euro", "Bezahlt: 4 Euro"]


def test_a_cut_line_is_told_and_what_was_missed_is_one_sentence(counter: Counter) -> None:
    """On three devices: one whose clock is right, and two whose clocks are an hour wrong."""
    devices = [counter.device(shift_ms=shift) for shift in (0, HOUR_MS, -HOUR_MS)]
    pages = [each.open(counter.floor.till) for each in devices]
    counter.pay(100)
    for here, page in zip(devices, pages, strict=True):
        until(page, lambda here=here: here.said)
        here.context.set_offline(True)
    for page in pages:
        page.locator("[data-notlive]").wait_for()
        page.locator("[data-deaf]").wait_for()
        assert _minutes(page.locator("[data-since]").inner_text()) - _minutes(berlin()) in {-1, 0}
    counter.pay(500, 1000, 1600)
    pages[0].wait_for_timeout(5_200)
    for here in devices:
        assert here.said == ["Bezahlt: 1 Euro"]
        here.context.set_offline(False)
    missed = "3 Zahlungen, während die Leitung weg war: 31 Euro"
    for here, page in zip(devices, pages, strict=True):
        live(page)
        page.locator("[data-notlive]").wait_for(state="hidden")
        until(page, lambda here=here: len(here.said) == 2)
        assert here.said == ["Bezahlt: 1 Euro", missed]
        assert "3 payments while the line was away: 31.00 EUR" in page.locator("[data-missed]").inner_text()
    counter.pay(700)
    for here, page in zip(devices, pages, strict=True):
        until(page, lambda here=here: len(here.said) == 3)
        assert here.said == ["Bezahlt: 1 Euro", missed, "Bezahlt: 7 Euro"]
        page.locator("[data-payment]").nth(4).wait_for()
        assert page.locator("[data-payment]").count() == 5 and here.faults == []


def test_a_countdown_does_not_ask_the_devices_clock(counter: Counter) -> None:
    code = counter.order(2100)
    for shift_ms in (HOUR_MS, -HOUR_MS):
        page = counter.device(shift_ms=shift_ms).open(f"{counter.floor.till}code/{code.pk}/", touch=False)
        left = page.locator("[data-left]")
        until(page, lambda left=left: "left" in left.inner_text())
        assert left.inner_text().split(":")[0] in {"4", "5"}, "of five minutes"


def test_a_device_that_slept_asks_at_once_and_sums_up(counter: Counter) -> None:
    """Asleep: the clock went on, the page did not, and its line is dead without having said so."""
    here = counter.device()
    page = here.open(counter.floor.till)
    page.route("**/events/till/*", lambda route: route.abort())
    page.evaluate("const real = Date.now; Date.now = () => real() + 1_800_000")
    page.locator("[data-notlive]").wait_for()
    assert page.locator("[data-line]").inner_text() == "not live"
    counter.pay(800)  # asked for every two seconds
    until(page, lambda: here.said)
    assert here.said == ["Bezahlt: 8 Euro"]
    page.unroute("**/events/till/*")
    live(page)
    page.wait_for_timeout(400)
    assert here.said == ["Bezahlt: 8 Euro"]


def berlin() -> str:
    return time_of(beside(database_now), "Europe/Berlin")


def _minutes(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def _count(sentence: str) -> int:
    return int(sentence.split()[0]) if "Zahlungen" in sentence else 1


def _euros(sentence: str) -> int:
    whole, _, cents = sentence.split(": ")[1].partition(" Euro")
    return int(whole) * 100 + int(cents.replace(" ", "") or 0)
