"""What a wallet pays in another currency: exact through the euro, rounded once, never the payer's loss."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.core.errors import Refused
from wallets.core.currencies import CURRENCIES
from wallets.core.fx import LARGEST, SMALLEST, EurRate, FxTerms, pick_leg, terms_between
from wallets.core.money import MAX_MINOR, exponent

TODAY = date(2026, 11, 27)
EXPONENTS = {0: "VND", 2: "CNY", 3: "KWD"}
rates = st.decimals(SMALLEST, LARGEST, places=6)
amounts = st.integers(1, 10**8)
currencies = st.sampled_from(sorted(CURRENCIES))


def leg(currency: str, rate: str | Decimal, *, days_old: int = 0, source: str = "ecb") -> EurRate:
    return EurRate(currency, Decimal(rate), source, TODAY - timedelta(days=days_old))


def terms(payer: str, shop: str, *legs: EurRate, margin_ppm: int = 0) -> FxTerms:
    return terms_between(payer, shop, {one.currency: one for one in legs}, margin_ppm=margin_ppm)


def exact_minor(given_terms: FxTerms, shop_minor: int) -> Fraction:
    """The payer's minor units without any rounding."""
    whole = Fraction(shop_minor, 10 ** exponent(given_terms.shop_currency)) * given_terms.exact
    return whole * 10 ** exponent(given_terms.payer_currency)


def paid_or_none(given_terms: FxTerms, shop_minor: int) -> int | None:
    if exact_minor(given_terms, shop_minor) < MAX_MINOR + 1:
        return given_terms.payer_amount(shop_minor)
    with pytest.raises(Refused, match="amount_too_large"):
        given_terms.payer_amount(shop_minor)
    return None


def test_the_berlin_sale_of_the_ledger() -> None:
    found = terms("CNY", "EUR", leg("CNY", "7.79"))
    assert (found.payer_amount(1190), found.rate, found.source) == (9270, Decimal("7.79"), "ecb")
    assert (found.published_on, found.margin_ppm) == (TODAY, 0)


@pytest.mark.parametrize(
    ("payer", "shop", "shop_minor", "expected", "rate"),
    [
        ("EUR", "CNY", 9270, 1189, "0.1283697047"),  # 11.8998…
        ("VND", "EUR", 1190, 362950, "30500"),
        ("EUR", "VND", 362950, 1190, "0.00003278688525"),
        ("EUR", "VND", 1, 1, "0.00003278688525"),  # 0.003 cents: one cent is the least
        ("KWD", "VND", 100000, 1163, "0.00001163934426"),
        ("VND", "KWD", 1163, 99919, "85915.49296"),
        ("CNY", "VND", 30500, 779, "0.0002554098361"),
        ("VND", "CNY", 779, 30500, "3915.275995"),
    ],
)
def test_pairs_by_example(payer: str, shop: str, shop_minor: int, expected: int, rate: str) -> None:
    legs = (leg("CNY", "7.79"), leg("VND", "30500"), leg("KWD", "0.355"))
    found = terms(payer, shop, *legs)
    assert (found.payer_amount(shop_minor), found.rate) == (expected, Decimal(rate))


def test_a_margin_is_in_the_rate() -> None:
    found = terms("CNY", "EUR", leg("CNY", "7.79"), margin_ppm=5_000)
    assert (found.rate, found.payer_amount(10_000), found.margin_ppm) == (Decimal("7.82895"), 78_289, 5_000)


def test_one_rounding_not_two() -> None:
    """Through cents of a euro 0.99 CNY would be 12 cents and 3660 dong; the fraction says 3876."""
    assert terms("VND", "CNY", leg("VND", "30500"), leg("CNY", "7.79")).payer_amount(99) == 3876


def test_both_legs_are_named_and_the_older_counts() -> None:
    legs = (leg("CNY", "7.79", days_old=1), leg("VND", "30500", days_old=3, source="manual"))
    for pair in (("CNY", "VND"), ("VND", "CNY")):
        found = terms(*pair, *legs)
        assert (found.source, found.published_on) == ("ecb+manual", TODAY - timedelta(days=3))
    assert terms("VND", "EUR", *legs).source == "manual"
    assert terms("EUR", "CNY", *legs).published_on == TODAY - timedelta(days=1)


def test_more_than_can_be_paid_is_refused() -> None:
    found = terms("VND", "EUR", leg("VND", "30500"))
    assert found.payer_amount(3_278_688_524) == 999_999_999_820
    with pytest.raises(Refused, match="amount_too_large"):
        found.payer_amount(3_278_688_525)


@pytest.mark.parametrize("rate", ["0", "-1", "0.0009", "10000001", "NaN"])
def test_no_rate_outside_of_its_bounds(rate: str) -> None:
    with pytest.raises((AssertionError, ArithmeticError)):
        leg("CNY", rate)


@given(currencies, currencies, rates, rates, amounts, st.integers(0, 100_000))
def test_within_one_minor_unit_and_never_the_payers_loss(
    payer: str, shop: str, payer_rate: Decimal, shop_rate: Decimal, shop_minor: int, margin_ppm: int
) -> None:
    """Every pair, with the euro on either side or on none."""
    if payer == shop:
        return
    legs = [
        leg(currency, rate)
        for currency, rate in ((payer, payer_rate), (shop, shop_rate))
        if currency != "EUR"
    ]
    found = terms(payer, shop, *legs, margin_ppm=margin_ppm)
    paid, exact = paid_or_none(found, shop_minor), exact_minor(found, shop_minor)
    if paid is not None:
        assert (exact - 1 < paid <= exact) or (paid == 1 and exact < 1)
    assert abs(Fraction(found.rate) - found.exact) <= found.exact / 10**9
    assert (Fraction(found.rate) * 10**20).denominator == 1, "numeric(32, 20) holds it"


@given(st.sampled_from([0, 2, 3]), st.sampled_from([0, 2, 3]), rates, rates, amounts, amounts)
def test_who_buys_more_never_pays_less(
    payer_digits: int, shop_digits: int, payer_rate: Decimal, shop_rate: Decimal, one: int, other: int
) -> None:
    payer, shop = EXPONENTS[payer_digits], {0: "JPY", 2: "CHF", 3: "TND"}[shop_digits]
    found = terms(payer, shop, leg(payer, payer_rate), leg(shop, shop_rate))
    less, more = sorted((one, other))
    paid_less, paid_more = paid_or_none(found, less), paid_or_none(found, more)
    assert paid_more is None or (paid_less is not None and paid_less <= paid_more)


@given(st.sampled_from([0, 2, 3]), st.sampled_from([0, 2, 3]), amounts)
def test_equal_rates_only_move_the_point(payer_digits: int, shop_digits: int, shop_minor: int) -> None:
    payer, shop = EXPONENTS[payer_digits], {0: "JPY", 2: "CHF", 3: "TND"}[shop_digits]
    found = terms(payer, shop, leg(payer, "2.5"), leg(shop, "2.5"))
    expected = shop_minor * 10**payer_digits // 10**shop_digits
    assert (found.payer_amount(shop_minor), found.rate) == (max(1, expected), Decimal(1))


@given(rates, rates, amounts)
def test_there_and_back_is_no_gain_for_the_house(one: Decimal, other: Decimal, minor: int) -> None:
    there = terms("CNY", "CHF", leg("CNY", one), leg("CHF", other))
    back = terms("CHF", "CNY", leg("CNY", one), leg("CHF", other))
    assert there.exact * back.exact == 1
    paid = paid_or_none(there, minor)
    assert paid is None or paid == 1 or paid_or_none(back, paid) in (None, *range(minor + 1))


def pick(known: Iterable[EurRate], currency: str = "CNY") -> EurRate:
    return pick_leg(currency, known, on=TODAY, max_age_days=6)


def test_the_newest_of_the_ecb_wins() -> None:
    known = [
        leg("CNY", "7.70", days_old=2),
        leg("CNY", "7.79", days_old=1),
        leg("CNY", "8.00", source="manual"),
        leg("USD", "1.10"),
    ]
    assert pick(known).rate == Decimal("7.79")


def test_by_hand_where_the_ecb_has_stopped_to_list() -> None:
    known = [leg("CNY", "7.70", days_old=7), leg("CNY", "8.00", days_old=6, source="manual")]
    assert pick(known).rate == Decimal("8.00")


def test_six_days_are_young_and_seven_are_old() -> None:
    assert pick([leg("CNY", "7.70", days_old=6)]).rate == Decimal("7.70")
    with pytest.raises(Refused, match="fx_rate_old") as no:
        pick([leg("CNY", "7.70", days_old=7), leg("CNY", "7.60", days_old=8, source="manual")])
    assert (no.value.status, no.value.facts) == (409, {"currency": "CNY", "published_on": "2026-11-20"})
    assert "2026-11-20" in no.value.message


def test_none_at_all_is_missing() -> None:
    with pytest.raises(Refused, match="fx_rate_missing") as no:
        pick([leg("USD", "1.10")])
    assert (no.value.status, no.value.facts) == (409, {"currency": "CNY"})
