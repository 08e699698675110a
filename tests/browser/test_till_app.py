"""The till on a device: its settings, a browser that is still silent, and the app without a line."""

import pytest

from tests.browser.conftest import Counter
from tests.browser.test_look import CHROMIUM, SIDEWAYS, SMALL_TARGETS, findings
from tests.browser.till_device import live, until

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: `./run browser` installs it"),
]
AMOUNT_SIZE = "parseFloat(getComputedStyle(document.querySelector('.green .amount')).fontSize)"
GREEN = """() => {
  const green = document.querySelector("[data-green]");
  green.hidden = false;
  green.style.setProperty("--signs", 12);
  const texts = {amount: "1,234,567.89", currency: "EUR", words: "amber violin"};
  for (const name in texts) green.querySelector(`[data-green-${name}]`).textContent = texts[name];
}"""


def test_settings_are_kept_by_the_device_and_tried_with_one_button(counter: Counter) -> None:
    here = counter.device(voices=("de-DE", "fr-FR", "en-US"))
    page = here.open(counter.floor.till)
    page.locator("[data-settings] summary").press("Enter")
    test = page.locator("[data-set-test]")
    test.press("Enter")
    until(page, lambda: here.said)
    assert here.ears[-2:] == ["begins de-DE 0.8 Bezahlt: 12 Euro 40", "said Bezahlt: 12 Euro 40"]
    assert here.tones == 2
    assert "Voice de-DE" in page.locator("[data-set-voice]").inner_text()
    page.get_by_label("Say it in").select_option("fr")
    page.get_by_label("Volume").press("Home")
    page.get_by_label("Volume").press("ArrowRight")
    page.get_by_label("Two tones").press("Space")
    test.click()
    until(page, lambda: len(here.said) == 2)
    assert here.ears[-2] == "begins fr-FR 0.1 Payé : 12 euros 40" and here.tones == 2
    page.get_by_label("Say it in").select_option("th")
    assert "no voice for ไทย: amounts are said in English" in page.locator("[data-set-voice]").inner_text()
    again = here.open(f"{counter.floor.till}watch/")
    page.close()
    counter.pay(250)
    until(again, lambda: len(here.said) == 3)
    assert here.ears[-2] == "begins en-US 0.1 Paid: 2 euros 50" and here.tones == 2
    again.locator("[data-settings] summary").click()
    again.get_by_label("Say the amount").press("Space")
    assert again.locator("[data-set-quiet]").is_visible()
    counter.pay(260)
    again.locator("[data-green]").wait_for()
    again.wait_for_timeout(400)
    assert len(here.said) == 3 and here.faults == []


def test_until_somebody_touches_the_page_it_says_that_it_is_silent(counter: Counter) -> None:
    here = counter.device()
    counter.pay(900, 910)  # before this device listened: nobody's news
    page = here.open(counter.floor.till, touch=False)
    notice = page.locator("[data-set-touch]")
    notice.wait_for()
    counter.pay(300)
    page.locator("[data-green]").wait_for()
    assert here.ears == []
    page.keyboard.press("Shift")
    page.locator("[data-green]").click()
    notice.wait_for(state="hidden")
    until(page, lambda: here.said)
    assert here.said == ["Bezahlt: 3 Euro"]
    assert page.locator("[data-missed]").is_hidden()


def test_without_a_line_the_app_says_not_live_and_shows_nothing_old(counter: Counter) -> None:
    here = counter.device()
    counter.pay(4321)
    page = here.open(counter.floor.till, touch=False)
    page.evaluate("navigator.serviceWorker.ready.then(() => 1)")
    kept = page.evaluate(
        "caches.keys().then(names => Promise.all(names.map(name => caches.open(name).then(it => it.keys()))))"
        ".then(all => all.flat().map(each => new URL(each.url).pathname))"
    )
    assert sorted(kept) == [
        "/static/favicon.ico",
        "/static/house.css",
        "/static/icon.svg",
        "/static/payments/offline.js",
        "/static/vendor/pico.min.css",
        "/till/offline/",
    ]
    here.context.set_offline(True)
    for path in ("", "watch/"):
        page.goto(counter.floor.till + path)
        assert "Not live" in page.locator("[role=alert]").inner_text()
        assert "43.21" not in page.content() and "PAID" not in page.content()
        assert page.evaluate("getComputedStyle(document.querySelector('.notlive')).fontWeight") == "600"
        assert counter.floor.shop.cashier.email not in page.content()
    here.context.set_offline(False)
    page.locator("[data-payment]", has_text="43.21").wait_for(timeout=9_000)
    live(page)
    assert here.faults == []


def test_the_browser_finds_an_app_to_install(counter: Counter) -> None:
    here = counter.device()
    page = here.open(counter.floor.till, touch=False)
    chrome = here.context.new_cdp_session(page)
    found = chrome.send("Page.getAppManifest")
    assert found["errors"] == [] and found["url"].endswith(f"{counter.floor.till}manifest.webmanifest")
    assert chrome.send("Page.getInstallabilityErrors")["installabilityErrors"] in (
        [],
        [{"errorId": "in-incognito", "errorArguments": []}],
    )
    page.locator("[data-settings] summary").click()
    install = page.locator("[data-set-install]")
    assert install.is_hidden() and "Add to Home Screen" in page.locator("[data-set-byhand]").inner_text()
    page.evaluate(
        "dispatchEvent(Object.assign(new Event('beforeinstallprompt'),"
        " {prompt: () => console.log('ear asked')}))"
    )
    install.click()
    until(page, lambda: here.ears)
    assert here.ears == ["asked"]


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1280, "dark")])
def test_the_pages_read_well_also_in_green(counter: Counter, width: int, scheme: str) -> None:
    code = counter.order(2100)
    here = counter.device(
        viewport={"width": width, "height": 740}, color_scheme=scheme, reduced_motion="reduce"
    )
    for path in ("", "watch/", f"code/{code.pk}/"):
        page = here.open(counter.floor.till + path)
        page.locator("[data-settings] summary").click()
        for state in ("calm", "green"):
            if state == "green":
                page.evaluate(GREEN)
            assert findings(page) == [], (path, width, state)
            assert page.evaluate(SIDEWAYS) <= 0, (path, width, state)
            assert page.evaluate(SMALL_TARGETS) == [], (path, width, state)
        size = page.evaluate(AMOUNT_SIZE)
        assert size >= 0.15 * min(width, 740)
        assert page.evaluate("document.querySelector('.green').scrollHeight") <= 740
        page.close()
    page = here.context.new_page()
    page.goto("/till/offline/")
    assert findings(page) == [] and page.evaluate(SIDEWAYS) <= 0
    assert here.faults == []
