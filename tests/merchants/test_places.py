"""The countries, regions and zones agree with the rate table and with the list of currencies."""

from zoneinfo import ZoneInfo

import pytest

from merchants.core.instructions import code_note, instruction, language_of
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
from merchants.sheets.captions import CAPTIONS
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
    assert code_note("DE", "pay.example.com") == "Öffnet pay.example.com. Keine App nötig."


def test_trades() -> None:
    assert trade_label("5814") == "Café or snack bar"
    assert trade_label("0000") == TRADES[DEFAULT_TRADE]
    assert all(len(code) == 4 and code.isdigit() for code in TRADES)
