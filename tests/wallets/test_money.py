"""Amounts are read strictly, written plainly, rounded commercially, and shared out without loss."""

from contextlib import suppress

import iso4217
import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.core.errors import Refused
from wallets.core.currencies import CURRENCIES
from wallets.core.money import (
    MAX_MINOR,
    Money,
    exponent,
    format_minor,
    parse_amount,
    round_half_up,
    share_ppm,
    split_by_weights,
)
from wallets.core.money_text import display, display_with_code

# Funds, units of account and bonds: ISO 4217 lists them, nobody pays with them.
NOT_MONEY = {"BOV", "CHE", "CHW", "CLF", "COU", "MXV", "USN", "UYI", "UYW", "XAD"}

# fmt: off
NO_AMOUNTS = [
    "", " ", " 5", "5 ", "5\n", "+5", "-5", "-0.01", "0", "0.00", "00", "1_000", "1 000", "1'000", "1,000",
    "1.000", "12.901", "12.", ".5", "12,", ",5", "1,2.3", "1.2,3", "1.2.3", "1,000.00", "1.000,00", "1e2",
    "1E2", "NaN", "nan", "Infinity", "-Infinity", "0x10", "0b1", "١٢", "１００", "१२", "²", "½", "12€", "€12",
    "12 EUR", "一二", "1\u00a0000", "1\u202f000", "\u22125", "5\x00", "=1+1", "5\u0660",
]
# fmt: on

currencies = st.sampled_from(sorted(CURRENCIES))
amounts = st.integers(1, MAX_MINOR)


def refused(text, currency="EUR", **options):
    with pytest.raises(Refused) as no:
        parse_amount(text, currency, **options)
    assert no.value.status == 400
    return no.value.code


def test_our_table_is_iso_4217():
    standard = {
        entry.code: (f"{entry.number:03d}", entry.exponent, entry.currency_name)
        for entry in iso4217.Currency
        if entry.exponent is not None and entry.code not in NOT_MONEY
    }
    assert {code: tuple(ours[1:]) for code, ours in CURRENCIES.items()} == standard
    assert all(code == ours.code for code, ours in CURRENCIES.items())


@pytest.mark.parametrize("currency", ["", "eur", "XXX", "USN", "EURO", "€"])
def test_what_is_not_money_is_refused(currency):
    with pytest.raises(Refused) as no:
        exponent(currency)
    assert no.value.code == "currency_unknown"


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("12", "EUR", 1200),
        ("12.9", "EUR", 1290),
        ("12.90", "EUR", 1290),
        ("12,90", "EUR", 1290),
        ("12,9", "EUR", 1290),
        ("0.01", "EUR", 1),
        ("007.50", "EUR", 750),
        ("40000", "VND", 40000),
        ("1.234", "KWD", 1234),
        ("1,23", "KWD", 1230),
        ("10000000000.00", "EUR", MAX_MINOR),
        ("0" * 5000 + "1", "EUR", 100),
    ],
)
def test_plain_amounts_are_read(text, currency, minor):
    assert parse_amount(text, currency) == minor


@pytest.mark.parametrize("text", NO_AMOUNTS)
def test_anything_else_is_refused(text):
    assert refused(text) == "amount_invalid"


@pytest.mark.parametrize("text", ["1.0", "1,0", "40.000", "40,000", "1."])
def test_dong_has_no_decimals(text):
    assert refused(text, "VND") == "amount_invalid"


def test_a_comma_before_three_digits_is_nobodys_guess():
    assert refused("1,000", "KWD") == "amount_invalid"
    assert parse_amount("1.000", "KWD") == 1000


@pytest.mark.parametrize("text", ["10000000000.01", "10000000001", "9" * 19, "1" + "0" * 10_000])
def test_too_much_is_refused_without_reading_the_number(text):
    assert refused(text) == "amount_too_large"


@pytest.mark.parametrize("value", [None, 12, 12.5, True, b"12", ["12"]])
def test_only_text_is_an_amount(value):
    assert refused(value) == "amount_invalid"


def test_zero_only_where_it_is_allowed():
    assert parse_amount("0", "EUR", allow_zero=True) == 0
    assert refused("0.00") == "amount_invalid"


def test_the_refusal_says_what_to_do():
    with pytest.raises(Refused, match=r"VND has no decimals\. Write whole units, such as 12\."):
        parse_amount("12.90", "VND")
    with pytest.raises(Refused, match=r"EUR has 2 decimals at most, such as 12\.90\."):
        parse_amount("12.901", "EUR")


@given(currencies, amounts)
def test_written_and_read_again_is_the_same(currency, minor):
    assert parse_amount(format_minor(minor, currency), currency) == minor


@given(st.text(max_size=12))
def test_no_text_is_half_read(text):
    with suppress(Refused):
        assert 0 <= parse_amount(text, "EUR", allow_zero=True) <= MAX_MINOR
        assert set(text) <= set("0123456789.,")


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [
        (1290, "EUR", "12.90"),
        (-6, "EUR", "-0.06"),
        (0, "EUR", "0.00"),
        (40000, "VND", "40000"),
        (-5, "VND", "-5"),
        (5, "KWD", "0.005"),
        (123456789, "EUR", "1234567.89"),
    ],
)
def test_the_machine_form(minor, currency, text):
    assert format_minor(minor, currency) == text


@pytest.mark.parametrize(
    ("numerator", "denominator", "rounded"),
    [
        (5, 2, 3),
        (-5, 2, -3),
        (4, 2, 2),
        (1, 3, 0),
        (2, 3, 1),
        (-1, 2, -1),
        (0, 7, 0),
        (15, 10, 2),
        (25, 10, 3),
    ],
)
def test_halves_go_away_from_zero(numerator, denominator, rounded):
    assert round_half_up(numerator, denominator) == rounded


@given(st.integers(-(10**18), 10**18), st.integers(1, 10**9))
def test_rounding_is_nearest_and_mirrored(numerator, denominator):
    rounded = round_half_up(numerator, denominator)
    assert abs(rounded * denominator - numerator) * 2 <= denominator
    assert round_half_up(-numerator, denominator) == -rounded


def test_the_fee_of_the_ledgers_example():
    assert share_ppm(1290, 5_000) == 6  # 0.0645
    assert share_ppm(100, 5_000) == 1  # exactly half a cent


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=12).filter(any), st.integers(-(10**12), 10**12))
def test_parts_add_up_and_are_fair(weights, total):
    parts = split_by_weights(total, weights)
    whole = sum(weights)
    assert sum(parts) == total
    assert all(
        abs(part * whole - total * weight) < whole for part, weight in zip(parts, weights, strict=True)
    )
    assert split_by_weights(-total, weights) == [-part for part in parts]


@given(st.data(), st.lists(st.integers(0, 10**6), min_size=1, max_size=12))
def test_no_part_exceeds_its_weight(data, weights):
    total = data.draw(st.integers(0, sum(weights)))
    assert all(
        0 <= part <= weight for part, weight in zip(split_by_weights(total, weights), weights, strict=True)
    )


def test_ties_go_to_the_earlier_part():
    assert split_by_weights(100, [1, 1, 1]) == [34, 33, 33]
    assert split_by_weights(-2, [1, 1, 1]) == [-1, -1, 0]
    assert split_by_weights(0, [0, 0]) == [0, 0]


@pytest.mark.parametrize(("total", "weights"), [(1, [0, 0]), (1, []), (5, [3, -1])])
def test_money_is_not_shared_out_by_nothing(total, weights):
    with pytest.raises(AssertionError):
        split_by_weights(total, weights)


def test_money_adds_within_its_currency_only():
    assert Money(100, "EUR") + Money(50, "EUR") - Money(1, "EUR") == Money(149, "EUR")
    assert -Money(6, "EUR") == Money(-6, "EUR")
    assert str(Money(-6, "EUR")) == "-0.06 EUR"
    with pytest.raises(AssertionError):
        Money(1, "EUR") + Money(1, "VND")
    with pytest.raises(AssertionError):
        Money(1, "EUR") - Money(1, "USD")


@pytest.mark.parametrize(
    ("minor", "currency", "locale", "text"),
    [
        (123450, "EUR", "en", "1,234.50"),
        (123450, "EUR", "de", "1.234,50"),
        (-6, "EUR", "de", "\u22120,06"),
        (-123450, "EUR", "sv", "\u22121\u00a0234,50"),
        (12345678, "VND", "vi", "12.345.678"),
        (12345600, "INR", "en_IN", "1,23,456.00"),
        (100, "IQD", "en", "0.100"),  # Babel says 0 digits, ISO 4217 says 3
        (100, "RSD", "en", "1.00"),  # Babel says 0, ISO 4217 says 2
    ],
)
def test_money_for_peoples_eyes(minor, currency, locale, text):
    assert display(minor, currency, locale) == text
    assert display_with_code(minor, currency, locale) == f"{text}\u00a0{currency}"


@given(
    st.sampled_from(["en", "de", "fr", "vi", "en_IN", "ar", "fa"]), currencies, st.integers(-(10**15), 10**15)
)
def test_every_digit_is_shown_in_every_language(locale, currency, minor):
    shown = display(minor, currency, locale)
    assert int("".join(c for c in shown if c in "0123456789")) == abs(minor)
    assert shown.startswith("\u2212") == (minor < 0)
