"""Thresholds of turnover: which amount counts on a day, which months, and how far a shop is."""

import re
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taxes.core.thresholds import (
    BASES,
    LATE,
    LEVELS,
    NEAR,
    PERIODS,
    REACHED,
    STATES_OF_THE_UNION,
    MonthTurnover,
    Reading,
    Span,
    Threshold,
    earliest,
    read,
    spans,
    to_tell,
    unmeasured,
    watched,
)
from taxes.queries import THRESHOLDS
from wallets.core.currencies import CURRENCIES

TODAY = date(2026, 11, 27)
YEAR = Span("2026", date(2026, 1, 1), date(2027, 1, 1), running=True)
LOOKED_UP = re.compile(r"checked 20[0-9]{2}-[0-9]{2}-[0-9]{2}|not confirmed")
DAYS = st.dates(date(2024, 1, 1), date(2040, 12, 31))


def row(**fields: Any) -> Threshold:
    plain: dict[str, Any] = {
        "code": "XX",
        "country": "DE",
        "title": "A title",
        "period": "calendar_year",
        "basis": "taxable_net",
        "amount_minor": 10_000,
        "currency": "EUR",
        "payments": 0,
        "valid_from": date(2025, 1, 1),
        "valid_to": None,
        "meaning": "It means this.",
        "source": "a law",
    }
    return Threshold(**plain | fields)


def sold(month: date, net: int = 0, **fields: Any) -> MonthTurnover:
    plain: dict[str, Any] = {
        "country": "DE",
        "month": month,
        "currency": "EUR",
        "taxable_net_minor": net,
        "exempt_net_minor": 0,
        "tax_minor": 0,
        "paid_minor": 0,
        "payments": 0,
    }
    return MonthTurnover(**plain | fields)


def amounts(country: str, on: date) -> dict[str, tuple[int, str]]:
    return {
        f"{found.code} {span.label}": (found.amount_minor, found.currency)
        for found, span in watched(THRESHOLDS, [country], on)
    }


def test_the_table_is_whole():
    for one in THRESHOLDS:
        assert one.period in PERIODS, one.code
        assert one.basis in BASES, one.code
        assert one.currency in CURRENCIES
        assert one.amount_minor > 0
        assert one.valid_to is None or one.valid_to > one.valid_from
        assert one.title
        assert one.meaning.endswith(".")
        assert LOOKED_UP.search(one.source), one.code
        assert len(one.code) <= 30
        assert one.code.startswith(f"{one.country}-")


def test_no_code_has_two_amounts_on_one_day():
    for one in THRESHOLDS:
        others = [other for other in THRESHOLDS if other.code == one.code and other is not one]
        assert not [other for other in others if other.in_force(one.valid_from)], one.code


def test_germany_before_and_since_2025():
    """The year that is decided counts: turnover of 2024 is compared with the law of 2025."""
    assert amounts("DE", date(2023, 6, 1)) == {
        "DE-small-before 2023": (22_000_00, "EUR"),
        "DE-small-before 2022": (22_000_00, "EUR"),
        "DE-small-year 2023": (50_000_00, "EUR"),
        "DE-small-year 2022": (50_000_00, "EUR"),
    }
    of_2024 = amounts("DE", date(2024, 6, 1))
    assert of_2024["DE-small-before 2024"] == (25_000_00, "EUR")
    assert of_2024["DE-small-before 2023"] == (22_000_00, "EUR")
    assert of_2024["DE-small-year 2024"] == (50_000_00, "EUR")
    assert amounts("DE", date(2025, 1, 1))["DE-small-year 2025"] == (100_000_00, "EUR")
    assert amounts("DE", date(2025, 1, 1))["DE-small-year 2024"] == (50_000_00, "EUR")


@pytest.mark.parametrize(
    ("country", "on", "name", "minor"),
    [
        ("GB", date(2024, 3, 31), "GB-registration 2024", 85_000_00),
        ("GB", date(2024, 4, 1), "GB-registration 2024", 90_000_00),
        ("PL", date(2025, 12, 31), "PL-exemption 2025", 200_000_00),
        ("PL", date(2026, 1, 1), "PL-exemption 2026", 240_000_00),
        ("AT", TODAY, "AT-small 2026", 55_000_00),
        ("NL", TODAY, "NL-small 2026", 20_000_00),
        ("CH", TODAY, "CH-registration 2026", 100_000_00),
        ("NO", TODAY, "NO-registration 2026", 50_000_00),
        ("CZ", TODAY, "CZ-registration-year 2026", 2_536_500_00),
        ("SK", TODAY, "SK-registration-year 2026", 62_500_00),
        ("AU", TODAY, "AU-registration 2026", 75_000_00),
        ("NZ", TODAY, "NZ-registration 2026", 60_000_00),
        ("SG", TODAY, "SG-registration 2026", 1_000_000_00),
        ("CA", TODAY, "CA-small 2026", 30_000_00),
        ("IN", TODAY, "IN-goods 2026/27", 4_000_000_00),
        ("IN", date(2026, 3, 31), "IN-services 2025/26", 2_000_000_00),
        ("JP", TODAY, "JP-exempt 2024", 10_000_000),
        ("VN", TODAY, "VN-household 2026", 500_000_000),
        ("US", TODAY, "US-1099-k 2026", 20_000_00),
    ],
)
def test_amounts_by_day(country, on, name, minor):
    assert amounts(country, on)[name][0] == minor


def test_denmark_counts_the_calendar_year_since_2025():
    def months(on):
        return [
            (span.first, span.after)
            for found, span in watched(THRESHOLDS, ["DK"], on)
            if found.code == "DK-registration" and span.running
        ]

    assert months(date(2024, 12, 31)) == [(date(2024, 1, 1), date(2025, 1, 1))]
    assert months(date(2024, 6, 30)) == [(date(2023, 7, 1), date(2024, 7, 1))]
    assert months(date(2025, 6, 30)) == [(date(2025, 1, 1), date(2026, 1, 1))]


def test_spans_by_hand():
    def labels(period, on):
        return [(span.label, span.first, span.after, span.running) for span in spans(period, on)]

    assert labels("calendar_year", TODAY) == [
        ("2026", date(2026, 1, 1), date(2027, 1, 1), True),
        ("2025", date(2025, 1, 1), date(2026, 1, 1), False),
    ]
    assert [label for label, *_ in labels("second_year_before", TODAY)] == ["2026", "2025", "2024"]
    assert labels("rolling_12_months", date(2026, 1, 31)) == [
        ("2026", date(2025, 2, 1), date(2026, 2, 1), True)
    ]
    assert labels("rolling_4_quarters", TODAY) == [("2026", date(2026, 1, 1), date(2027, 1, 1), True)]
    assert labels("rolling_4_quarters", date(2026, 3, 1))[0][1:3] == (date(2025, 4, 1), date(2026, 4, 1))
    assert labels("financial_year_april", date(2026, 3, 31))[0][:2] == ("2025/26", date(2025, 4, 1))
    assert labels("financial_year_april", date(2099, 4, 1))[0][0] == "2099/00"


@given(period=st.sampled_from(PERIODS), on=DAYS)
def test_a_day_is_in_its_running_span_and_spans_do_not_overlap(period, on):
    found = spans(period, on)
    assert found[0].first <= on < found[0].after
    assert [span.running for span in found] == [True] + [False] * (len(found) - 1)
    for newer, older in pairwise(found):
        assert older.after == newer.first
    assert all(earliest(on) <= span.first for span in found)
    assert len({span.label for span in found}) == len(found)


@given(period=st.sampled_from(PERIODS), on=DAYS)
def test_a_label_names_one_span_of_years(period, on):
    """Tomorrow's spans have the labels of today's, so that a notice is not given again."""
    if period.startswith("rolling"):
        return
    for span in spans(period, on + timedelta(days=1)):
        for same in spans(period, on):
            assert (same.label == span.label) == (same.first == span.first)


@given(net=st.integers(-20_000, 40_000), tax=st.integers(0, 5000), exempt=st.integers(0, 5000))
def test_what_each_basis_counts(net, tax, exempt):
    months = [
        sold(date(2026, 5, 1), net, tax_minor=tax, exempt_net_minor=exempt, paid_minor=777, payments=3),
        sold(date(2025, 12, 1), 9999),
        sold(date(2027, 1, 1), 9999),
        sold(date(2026, 5, 1), 9999, country="AT"),
        sold(date(2026, 5, 1), 500, currency="USD"),
    ]
    figures = {basis: read(row(basis=basis), YEAR, months).turnover_minor for basis in BASES[:4]}
    assert figures["taxable_net"] == net
    assert figures["taxable_gross"] == net + tax
    assert figures["all_net"] == net + exempt
    assert figures["all_gross"] == net + tax + exempt
    paid = read(row(basis="payments"), YEAR, months)
    assert (paid.turnover_minor, paid.payments) == (777, 3)
    assert read(row(), YEAR, months).elsewhere == (("USD", 500),)
    assert read(row(), YEAR, months).taxed == bool(tax)


@pytest.mark.parametrize(
    ("net", "percent", "level"),
    [(0, 0, 0), (-50, 0, 0), (7999, 79, 0), (8000, 80, NEAR), (9999, 99, NEAR), (10_000, 100, REACHED)],
)
def test_levels(net, percent, level):
    reading = read(row(), YEAR, [sold(date(2026, 1, 1), net)])
    assert (reading.percent, reading.level) == (percent, level)


def test_where_payments_count_too_both_must_be_reached():
    def level(minor, payments):
        months = [sold(date(2026, 1, 1), paid_minor=minor, payments=payments)]
        return read(row(basis="payments", payments=201), YEAR, months).level

    assert [level(50_000, 160), level(50_000, 161), level(50_000, 200), level(50_000, 201)] == [
        0,
        NEAR,
        NEAR,
        REACHED,
    ]
    assert level(9_999, 5_000) == NEAR


def reading_of(net: int, span: Span = YEAR) -> Reading:
    return Reading(row(), span, net, 0, (), taxed=False)


def test_what_is_told():
    assert to_tell(reading_of(7999), TODAY) == ()
    assert to_tell(reading_of(8000), TODAY) == (NEAR,)
    assert to_tell(reading_of(99_999), TODAY) == LEVELS


def test_a_year_that_ended_long_ago_is_not_told():
    over = Span("2025", date(2025, 1, 1), date(2026, 1, 1), running=False)
    assert to_tell(reading_of(99_999, over), over.after + LATE) == LEVELS
    assert to_tell(reading_of(99_999, over), over.after + LATE + timedelta(days=1)) == ()


def test_the_union_counts_for_those_in_two_of_its_states():
    assert "EU-union" not in {one.code for one, _ in watched(THRESHOLDS, ["DE", "US"], TODAY)}
    assert "EU-union" in {one.code for one, _ in watched(THRESHOLDS, ["DE", "FR"], TODAY)}
    union = next(one for one in THRESHOLDS if one.code == "EU-union")
    months = [
        sold(date(2026, 2, 1), 100),
        sold(date(2026, 2, 1), 20, country="FR"),
        sold(date(2026, 2, 1), 3, country="US"),
        sold(date(2026, 2, 1), 4, country="SE", currency="SEK"),
    ]
    found = read(union, YEAR, months)
    assert (found.turnover_minor, found.elsewhere) == (120, (("SEK", 4),))
    assert len(STATES_OF_THE_UNION) == 27


def test_what_no_counter_can_reach_is_named_and_not_measured():
    assert [one.code for one in unmeasured(THRESHOLDS, ["DE"], TODAY)] == ["EU-distance"]
    assert unmeasured(THRESHOLDS, ["US"], TODAY) == []
    assert "EU-distance" not in {one.code for one, _ in watched(THRESHOLDS, ["DE", "FR"], TODAY)}
