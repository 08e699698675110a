"""Caps and limits are data: for every currency in minor units, lower for whom nobody has looked at."""

from collections.abc import Callable
from datetime import date
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.core.errors import Refused
from wallets.core.currencies import CURRENCIES
from wallets.core.limits import BASIC, TIERS, Caps, Limits, caps, check_holding, check_spending, limits
from wallets.core.money import exponent

NOVEMBER = date(2026, 11, 22)
currencies = st.sampled_from(sorted(CURRENCIES))
tiers = st.sampled_from(sorted(TIERS))


def refusal_of(act: Callable[[], None]) -> Refused | None:
    try:
        act()
    except Refused as no:
        return no
    return None


@pytest.mark.parametrize(
    ("currency", "reviewed", "expected"),
    [
        ("EUR", True, Caps(5_000, 15_000, 100_000, 100_000)),
        ("EUR", False, Caps(2_000, 6_000, 2_000, 100_000)),
        ("VND", True, Caps(1_300_000, 4_000_000, 26_000_000, 26_000_000)),
        ("VND", False, Caps(520_000, 1_600_000, 520_000, 26_000_000)),
        ("JPY", True, Caps(8_000, 24_000, 160_000, 160_000)),
        ("KWD", True, Caps(50_000, 150_000, 1_000_000, 1_000_000)),
    ],
)
def test_caps_by_example(currency: str, reviewed: bool, expected: Caps) -> None:
    assert caps(currency, reviewed=reviewed) == expected


@pytest.mark.parametrize("currency", CURRENCIES)
def test_every_currency_has_caps_in_order(currency: str) -> None:
    known, new = caps(currency, reviewed=True), caps(currency, reviewed=False)
    assert 0 < known.static_payment <= known.static_day <= known.one_time_payment <= known.top_up
    assert 0 < new.static_payment < known.static_payment
    assert new.static_payment == new.one_time_payment <= new.static_day < known.static_day
    assert new.top_up == known.top_up


def test_an_unknown_currency_has_none() -> None:
    with pytest.raises(Refused, match="currency_unknown"):
        caps("XXX", reviewed=True)
    with pytest.raises(Refused, match="currency_unknown"):
        limits("XXX", tier=BASIC)


@pytest.mark.parametrize(
    ("currency", "tier", "expected"),
    [
        ("EUR", "basic", Limits(5_000, 15_000, 15_000, 15_000)),
        ("EUR", "verified", Limits(500_000, 1_500_000, 5_000_000, 10_000_000)),
        ("JPY", "basic", Limits(8_000, 24_000, 24_000, 24_000)),
        ("VND", "basic", Limits(1_300_000, 3_900_000, 3_900_000, 3_900_000)),
        ("KWD", "basic", Limits(50_000, 150_000, 150_000, 150_000)),
    ],
)
def test_limits_by_example(currency: str, tier: str, expected: Limits) -> None:
    assert limits(currency, tier=tier) == expected


@given(currency=currencies)
def test_who_is_known_may_more_and_may_do_what_the_caps_allow(currency: str) -> None:
    basic, known = limits(currency, tier="basic"), limits(currency, tier="verified")
    for most in (basic, known):
        assert 0 < most.payment <= most.day <= most.month
        assert most.payment <= most.holding
    assert basic.payment < known.payment and basic.month < known.month and basic.holding < known.holding
    assert caps(currency, reviewed=True).one_time_payment <= known.payment
    assert caps(currency, reviewed=True).top_up <= known.holding


@given(
    currency=currencies,
    tier=tiers,
    parts=st.tuples(*[st.integers(0, 120_000)] * 3),
)
def test_a_debit_is_refused_exactly_when_one_limit_is_passed(
    currency: str, tier: str, parts: tuple[int, int, int]
) -> None:
    unit = 10 ** exponent(currency)
    amount, earlier, other_days = (part * unit for part in parts)
    amount += 1
    most = limits(currency, tier=tier)
    day, month = amount + earlier, amount + earlier + other_days
    passed = {
        name
        for name, (spent, cap) in {
            "payment": (amount, most.payment),
            "day": (day, most.day),
            "month": (month, most.month),
        }.items()
        if spent > cap
    }
    no = refusal_of(
        partial(
            check_spending,
            tier=tier,
            currency=currency,
            amount_minor=amount,
            day_minor=day,
            month_minor=month,
            day=NOVEMBER,
        )
    )
    if no is None:
        assert not passed
    else:
        period = no.facts["period"]
        assert (no.code, no.status) == ("over_limit", 409)
        assert no.facts["cap_minor"] == getattr(most, period)
        assert period in passed
        assert "Nothing was taken" in no.message


@pytest.mark.parametrize(
    ("amount", "day", "month", "period", "words"),
    [
        (5_001, 5_001, 5_001, "payment", "50.00 EUR. Nothing was taken. Choose a smaller amount."),
        (1, 15_001, 15_001, "month", "150.00 EUR. Nothing was taken. It begins anew on 1 December (UTC)."),
        (1, 15_001, 15_000, "day", "150.00 EUR. Nothing was taken. It begins anew at midnight UTC."),
    ],
)
def test_a_refusal_says_which_limit_and_what_to_do(
    amount: int, day: int, month: int, period: str, words: str
) -> None:
    with pytest.raises(Refused) as no:
        check_spending(
            tier="basic",
            currency="EUR",
            amount_minor=amount,
            day_minor=day,
            month_minor=month,
            day=NOVEMBER,
        )
    assert no.value.facts["period"] == period
    assert words in no.value.message
    assert "verify who you are" in no.value.message


def test_after_december_comes_january() -> None:
    with pytest.raises(Refused, match="1 January"):
        check_spending(
            tier="basic",
            currency="EUR",
            amount_minor=1,
            day_minor=1,
            month_minor=15_001,
            day=date(2026, 12, 31),
        )


@given(currency=currencies, tier=tiers, over=st.integers(-5, 5))
def test_a_wallet_holds_up_to_its_limit_and_no_more(currency: str, tier: str, over: int) -> None:
    cap = limits(currency, tier=tier).holding
    no = refusal_of(partial(check_holding, tier=tier, currency=currency, balance_minor=cap + over))
    assert (no is None) == (over <= 0)
    if no is not None:
        assert (no.code, no.facts) == ("wallet_full", {"cap_minor": cap})
