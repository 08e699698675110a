"""What a till says of an amount, in ten languages and money of 0, 2 and 3 decimals, and in which voice.

The scripts' own pure functions, asked in a real browser: its Intl gives the names of currencies.
"""

import json
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from payments.core.speech import SPOKEN, speech_tag
from tests.look.test_static import STATIC

playwright = pytest.importorskip("playwright.sync_api", reason="no Playwright: `./run browser` installs it")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: `./run browser` installs it"),
]
SCRIPTS = STATIC.parents[1] / "payments" / "static" / "payments"
Ask = Callable[..., Any]

AMOUNTS = {
    "en": ("12 euros 40", "1 euro", "12 euros 0 5", "40000 Vietnamese dong", "1 Kuwaiti dinar 250"),
    "de": ("12 Euro 40", "1 Euro", "12 Euro 0 5", "40000 Vietnamesische Dong", "1 Kuwait-Dinar 250"),
    "vi": ("12,40 euro", "1 euro", "12,05 euro", "40000 đồng", "1,250 dinar Kuwait"),
    "fr": ("12 euros 40", "1 euro", "12 euros 0 5", "40000 dôngs vietnamiens", "1 dinar koweïtien 250"),
    "es": (
        "12 euros con 40",
        "1 euro",
        "12 euros con 0 5",
        "40000 dongs vietnamitas",
        "1 dinar kuwaití con 250",
    ),
    "zh": ("12.40欧元", "1欧元", "12.05欧元", "40000越南盾", "1.250科威特第纳尔"),
    "ja": ("12.40ユーロ", "1ユーロ", "12.05ユーロ", "40000ベトナム ドン", "1.250クウェート ディナール"),
    "th": ("12.40 ยูโร", "1 ยูโร", "12.05 ยูโร", "40000 ดองเวียดนาม", "1.250 ดีนาร์คูเวต"),
    "hi": ("12 यूरो 40", "1 यूरो", "12 यूरो 0 5", "40000 वियतनामी डोंग", "1 कुवैती दिनार 250"),
    "ar": ("12 يورو و40", "1 يورو", "12 يورو و0 5", "40000 دونج فيتنامي", "1 دينار كويتي و250"),
}
ASKED = ((1240, "EUR", 2), (100, "EUR", 2), (1205, "EUR", 2), (40_000, "VND", 0), (1250, "KWD", 3))


@pytest.fixture(scope="module")
def ask() -> Iterator[Ask]:
    """Call a function of a script: ask("spoken.js", "sentence", "paid", 1, "12 euros", "en")."""
    with playwright.sync_playwright() as tool:
        browser = tool.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page()

        def serve(route: Any) -> None:
            name = route.request.url.rsplit("/", 1)[1]
            kind = "text/javascript" if name.endswith(".js") else "text/html"
            route.fulfill(body=(SCRIPTS / name).read_text() if name else "<!doctype html>", content_type=kind)

        page.route("**/*", serve)
        page.goto("http://till.example/")

        def call(script: str, name: str, *given: object) -> Any:
            return page.evaluate(f"import('/{script}').then((it) => it.{name}(...{json.dumps(given)}))")

        yield call
        browser.close()


@pytest.mark.parametrize("language", AMOUNTS)
def test_amounts(ask: Ask, language: str) -> None:
    said = tuple(ask("spoken.js", "amountAloud", *asked, language) for asked in ASKED)
    assert said == AMOUNTS[language]


def test_amounts_at_the_edges(ask: Ask) -> None:
    said = [
        ask("spoken.js", "amountAloud", *each)
        for each in (
            (1, "EUR", 2, "en-IE"),
            (40, "EUR", 2, "de-AT"),
            (1005, "KWD", 3, "en"),
            (100_000_000_000, "EUR", 2, "en"),
            (1240, "EUR", 2, "sw-KE"),
            (1500, "JPY", 0, "ja-JP"),
            (1250, "CNY", 2, "zh-CN"),
            (9950, "INR", 2, "hi-IN"),
        )
    ]
    assert said == [
        "0 euros 0 1",
        "0 Euro 40",
        "1 Kuwaiti dinar 0 0 5",
        "1000000000 euros",
        "12 euros 40",
        "1500円",
        "12.50元",
        "99 रुपये 50",
    ]


@pytest.mark.parametrize("language", AMOUNTS)
def test_each_language_has_each_sentence_with_its_amount(ask: Ask, language: str) -> None:
    kinds = [("paid", 1), ("other", 1), ("many", 5), ("missed", 1), ("missed", 3)]
    said = [ask("spoken.js", "sentence", kind, count, "AMOUNT", language) for kind, count in kinds]
    assert len(set(said)) == 5
    assert all(each.count("AMOUNT") == 1 and "{" not in each for each in said)
    assert "5" in said[2] and "3" in said[4]


def test_sentences(ask: Ask) -> None:
    def say(*given: object) -> str:
        return str(ask("spoken.js", "sentence", *given))

    assert say("paid", 1, "12 euros 40", "en-GB") == "Paid: 12 euros 40"
    assert say("many", 5, "31 euros", "en") == "5 payments: 31 euros"
    assert say("missed", 3, "31 euros", "en") == "3 payments while the line was away: 31 euros"
    assert say("missed", 1, "31 euros", "en") == "One payment while the line was away: 31 euros"
    assert say("paid", 1, "12 euros 40", "sw") == "Paid: 12 euros 40"


def test_a_voice_of_the_place_before_one_of_the_language_before_english(ask: Ask) -> None:
    def voice(tag: str, *langs: str, far: tuple[str, ...] = ()) -> tuple[str | None, str, bool]:
        voices = [{"lang": lang, "localService": lang not in far, "default": False} for lang in langs]
        found = ask("voice.js", "pick", voices, tag)
        return found["voice"] and found["voice"]["lang"], found["tag"], found["fell"]

    assert voice("de-AT", "en-US", "de-DE", "de-AT") == ("de-AT", "de-AT", False)
    assert voice("de-AT", "en-US", "de_DE") == ("de_DE", "de-AT", False)
    assert voice("de-CH", "de-DE", "de-LU", far=("de-DE",)) == ("de-LU", "de-CH", False)
    assert voice("vi-VN", "fr-FR", "en-GB", "en-US") == ("en-US", "en", True)
    assert voice("vi-VN", "fr-FR") == (None, "en", True)
    assert voice("vi-VN") == (None, "vi-VN", False)
    assert voice("en-CZ", "fr-FR") == (None, "en", False)


def test_a_branch_speaks_the_language_of_its_country_if_there_are_sentences_in_it() -> None:
    places = ("DE", "AT", "VN", "FR", "MX", "CN", "HK", "JP", "TH", "IN", "AE", "GB", "PL", "CH", "BE")
    tags = "de-DE de-AT vi-VN fr-FR es-MX zh-CN zh-HK ja-JP th-TH hi-IN ar-AE en-GB en-PL de-CH en-BE"
    assert [speech_tag(each) for each in places] == tags.split()
    assert speech_tag("CA", "CA-QC") == "fr-CA"
    assert set(AMOUNTS) == SPOKEN
