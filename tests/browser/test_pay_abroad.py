"""A payer with several wallets: the rate's minute runs down on the page, and is looked up again."""

import re
from datetime import timedelta

import pytest
from django.conf import settings

from base.ids import database_now
from payments.core.exchange import QUOTE_LIFE
from payments.models import Payment, Session
from people.models import User
from tests.browser.conftest import Counter, beside
from tests.browser.test_look import CHROMIUM, SIDEWAYS, SMALL_TARGETS, findings
from tests.factories import PIN, make_one_time_code, make_person, make_rate
from tests.payments.foreign.stage import yuan
from tests.payments.web.phone import Phone

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: `./run browser` installs it"),
]
BLANK = "\N{NO-BREAK SPACE}"


def wei() -> User:
    """500.00 CNY and 90.00 USD, and no euro."""
    known = database_now() - timedelta(hours=1)
    yuan(days_old=1, imported_at=known)
    make_rate("USD", "1.1000", imported_at=known)
    return make_person(funds={"CNY": 50_000, "USD": 9_000})


def minute_is_over() -> None:
    Session.objects.update(quoted_at=database_now() - QUOTE_LIFE - timedelta(seconds=1))


def test_the_minute_runs_down_and_the_rate_is_looked_up_again(counter: Counter) -> None:
    def scanned() -> tuple[str, str]:
        phone = Phone(wei())
        session = phone.scan(make_one_time_code(counter.floor.shop, 1190))
        return f"/pay/{session}/", phone.client.cookies[settings.SESSION_COOKIE_NAME].value

    address, key = beside(scanned)
    context = counter.browser.new_context(base_url=counter.url, viewport={"width": 360, "height": 740})
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": counter.url}])
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.clock.install()
    page.goto(address)
    page.get_by_role("button", name=re.compile("From your CNY wallet")).click()
    held = page.locator("[data-rate]")
    assert f"92.70{BLANK}CNY" in page.locator("main").inner_text()
    assert findings(page) == [] and page.evaluate(SIDEWAYS) <= 0 and page.evaluate(SMALL_TARGETS) == []
    first = seconds_of(held.inner_text())
    assert 50 <= first <= 60
    page.clock.run_for(10_000)
    assert first - 12 <= seconds_of(held.inner_text()) <= first - 9

    # A PIN is being typed: the page stays, and the yes that comes too late takes nothing.
    page.locator("input.pin").fill(PIN)
    beside(minute_is_over)
    beside(lambda: make_rate("CNY", "7.8000"))
    page.clock.run_for(55_000)
    assert "over" in held.inner_text()
    page.locator("input.pin").press("Enter")
    page.get_by_text(f"it is 92.82{BLANK}CNY now, and was 92.70{BLANK}CNY").wait_for()
    assert not beside(Payment.objects.exists)

    # Nothing typed: the page asks for the new rate by itself.
    beside(minute_is_over)
    with page.expect_navigation():
        page.clock.run_for(65_000)
    assert seconds_of(held.inner_text()) >= 50
    page.locator("input.pin").fill(PIN)
    page.locator("input.pin").press("Enter")
    page.wait_for_url("**/paid/**")
    assert beside(lambda: Payment.objects.get().total_minor) == 1190
    context.close()
    assert [text for text in said if "Content Security Policy" in text] == []


def seconds_of(text: str) -> int:
    found = re.search(r"\d+", text)
    assert found, text
    return int(found[0])
