"""The countries, regions and zones agree with the rate table and with the list of currencies."""

from zoneinfo import ZoneInfo

import pytest

from merchants.core.instructions import (
    SHEET_WORDS,
    code_note,
    instruction,
    language_of,
    languages_of,
    sheet_words,
)
from merchants.core.places import (
    CURRENCY_OF,
    REGION_NEEDED,
    REGIONS,
    country_name,
    regions_of,
    tax_name_of,
    zones_of,
)
from merchants.core.trades import DEFAULT_TRADE, TRADES, trade_label
from merchants.sheets.base import one_line
from merchants.sheets.captions import CAPTIONS
from merchants.sheets.lettering import printable
from taxes.queries import RATE_TABLE
from wallets.core.currencies import CURRENCIES


def test_countries_are_those_of_the_rate_table() -> None:
    assert {row.country for row in RATE_TABLE} == set(CURRENCY_OF)
    assert set(CURRENCY_OF.values()) <= set(CURRENCIES)


def test_each_region_of_the_rate_table_can_be_chosen() -> None:
    assert {row.region for row in RATE_TABLE if row.region} <= set(REGIONS)
    assert all(regions_of(country) for country in REGION_NEEDED)
    assert all(code[:2] in CURRENCY_OF and len(code) <= 10 for code in REGIONS)


@pytest.mark.parametrize("country", CURRENCY_OF)
def test_each_country_has_a_name_and_zones_that_exist(country: str) -> None:
    assert country_name(country) != country
    assert zones_of(country)
    assert all(ZoneInfo(zone) and len(zone) <= 50 for zone in zones_of(country))


def test_own_rates_are_named_as_the_table_names_them() -> None:
    assert tax_name_of("US") in {row.tax for row in RATE_TABLE if row.country == "US"}
    assert tax_name_of("DE") in {row.tax for row in RATE_TABLE if row.country == "DE"}


def test_a_sheet_speaks_the_language_of_its_place_and_english() -> None:
    assert {language_of(country) for country in CURRENCY_OF} <= set(CAPTIONS)
    assert len(instruction("VN")) == 2
    assert instruction("US") == (instruction("VN")[1],)
    assert code_note("DE", host="pay.example.com") == "Öffnet pay.example.com. Keine App nötig."


def test_the_languages_of_a_branch_are_those_of_its_country_and_english() -> None:
    assert languages_of("BE") == ("nl", "fr", "en") and languages_of("CH") == ("de", "fr", "it", "en")
    assert languages_of("SG") == ("en", "zh-Hans") and languages_of("US") == languages_of("XX") == ("en",)
    assert (language_of("CA"), language_of("CA", "CA-ON"), language_of("CA", "CA-QC")) == ("en", "en", "fr")
    assert languages_of("PT", "PT-20") == ("pt", "en") and language_of("BR") == "pt-BR"
    for country in (*CURRENCY_OF, "AE", "HK", "ID", "MY", "RU", "UA"):
        assert set(languages_of(country)) <= set(SHEET_WORDS)
        assert len(set(instruction(country))) == len(languages_of(country))
    spoken = {
        tag for country in (*CURRENCY_OF, "AE", "HK", "ID", "MY", "RU", "UA") for tag in languages_of(country)
    }
    assert spoken == set(SHEET_WORDS), "each language is printed somewhere"


def test_a_tag_finds_its_language() -> None:
    for tag, known in (
        ("de-AT", "de"), ("DE", "de"), ("pt-BR", "pt-BR"), ("pt-PT", "pt"), ("sw", "en"), ("", "en"),
        ("zh", "zh-Hans"), ("zh-CN", "zh-Hans"), ("zh-SG", "zh-Hans"), ("zh-HK", "zh-Hant"),
        ("zh-TW", "zh-Hant"), ("zh-Hant-MO", "zh-Hant"),
    ):  # fmt: skip
        assert sheet_words(tag) == SHEET_WORDS[known], tag


@pytest.mark.parametrize("tag", SHEET_WORDS)
def test_sentences_are_whole_and_of_their_own_language(tag: str) -> None:
    words = SHEET_WORDS[tag]
    sentences = (words.instruction, words.note, words.check_words, words.caution)
    assert all(sentence == one_line(sentence) and printable(sentence) for sentence in sentences)
    assert words.note.count("{host}") == 1 and "{" not in words.note.replace("{host}", "")
    assert words.caution[-1] in ".。।" or tag == "th", "Thai has no full stop"
    others = [SHEET_WORDS[other] for other in SHEET_WORDS if other != tag]
    assert all(words.caution != other.caution and words.instruction != other.instruction for other in others)


def test_trades() -> None:
    assert trade_label("5814") == "Café or snack bar"
    assert trade_label("0000") == TRADES[DEFAULT_TRADE]
    assert all(len(code) == 4 and code.isdigit() for code in TRADES)
