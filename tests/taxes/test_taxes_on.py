"""Which taxes: answered for a place and a day out of the table and the merchant's own rates, or refused."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.core.errors import Refused
from taxes.core.rates import OWN_ONLY, ZERO_REASONS, OwnRate, TaxRate, Treatment
from taxes.queries import categories_for, taxes_on

TODAY = date(2026, 11, 22)


def taxes(country, category, on, region="", own=()):
    treatment = taxes_on(country=country, region=region, category=category, on=on, own=own)
    return [(tax.tax, tax.code) for tax in treatment.taxes]


def refusal(country, category, on=TODAY, region="", own=()):
    with pytest.raises(Refused) as no:
        taxes_on(country=country, region=region, category=category, on=on, own=own)
    return no.value


@pytest.mark.parametrize(
    ("country", "category", "on", "rate"),
    [
        ("DE", "restaurant_food", "2020-06-30", "19.0000"),
        ("DE", "restaurant_food", "2020-07-01", "5.0000"),
        ("DE", "restaurant_food", "2021-01-01", "7.0000"),
        ("DE", "restaurant_food", "2023-12-31", "7.0000"),
        ("DE", "restaurant_food", "2024-01-01", "19.0000"),
        ("DE", "restaurant_food", "2025-12-31", "19.0000"),
        ("DE", "restaurant_food", "2026-01-01", "7.0000"),
        ("DE", "standard", "2020-06-30", "19.0000"),
        ("DE", "standard", "2020-07-01", "16.0000"),
        ("DE", "reduced", "2020-12-31", "5.0000"),
        ("DE", "standard", "2021-01-01", "19.0000"),
        ("DE", "standard", "2026-01-01", "19.0000"),
        ("VN", "standard", "2026-11-22", "10.0000"),
        ("VN", "temporary_reduced", "2022-12-31", "8.0000"),
        ("VN", "temporary_reduced", "2023-01-01", "10.0000"),
        ("VN", "temporary_reduced", "2023-07-01", "8.0000"),
        ("VN", "temporary_reduced", "2026-12-31", "8.0000"),
        ("VN", "temporary_reduced", "2027-01-01", "10.0000"),
        ("IE", "standard", "2020-12-31", "21.0000"),
        ("LU", "standard", "2023-12-31", "16.0000"),
        ("FI", "standard", "2024-09-01", "25.5000"),
        ("RO", "standard", "2025-07-31", "19.0000"),
        ("RO", "standard", "2025-08-01", "21.0000"),
        ("CH", "standard", "2024-01-01", "8.1000"),
        ("TH", "standard", "2026-09-30", "7.0000"),
    ],
)
def test_the_rate_is_the_days(country, category, on, rate):
    assert taxes(country, category, date.fromisoformat(on)) == [("VAT", rate)]


def test_several_taxes_in_one_place():
    assert taxes("CA", "standard", TODAY, "CA-QC") == [("GST", "5.0000"), ("QST", "9.9750")]
    assert taxes("CA", "standard", TODAY, "CA-ON") == [("HST", "13.0000")]
    assert taxes("CA", "standard", date(2025, 3, 31), "CA-NS") == [("HST", "15.0000")]
    assert taxes("IN", "standard", TODAY) == [("CGST", "9.0000"), ("SGST", "9.0000")]


def test_a_region_of_its_own_does_not_borrow_from_its_country():
    assert taxes("PT", "standard", TODAY, "PT-20") == [("VAT", "16.0000")]
    assert taxes("PT", "standard", TODAY, "PT-11") == [("VAT", "23.0000")]
    assert refusal("ES", "standard", region="ES-CN").code == "tax_rate_missing"
    assert refusal("PT", "parking", region="PT-20").code == "tax_rate_missing"


@pytest.mark.parametrize(
    ("country", "region"), [("US", ""), ("US", "US-TX"), ("BR", ""), ("CA", ""), ("KE", ""), ("TH", "")]
)
def test_where_the_table_is_not_enough_the_sale_is_refused(country, region):
    no = refusal(country, "standard", region=region)
    assert (no.code, no.status, no.facts["place"]) == ("tax_rate_missing", 409, region or country)


def test_a_day_before_the_table_begins_is_refused():
    assert refusal("DE", "standard", date(1967, 12, 31)).code == "tax_rate_missing"
    assert refusal("AT", "super_reduced", date(2026, 6, 30)).code == "tax_rate_missing"


@pytest.mark.parametrize(
    ("country", "category", "reason"),
    [
        ("GB", "zero", "zero_rated"),
        ("DE", "exempt", "exempt"),
        ("US", "outside_scope", "outside_scope"),
        ("KE", "exempt", "exempt"),
    ],
)
def test_no_tax_comes_with_its_reason(country, category, reason):
    assert taxes_on(country=country, category=category, on=TODAY) == Treatment(zero_reason=reason)
    assert reason in ZERO_REASONS


def test_a_zero_rate_is_taken_only_where_the_law_has_one():
    assert refusal("FR", "zero").code == "tax_rate_missing"


def test_what_nobody_knows_is_refused():
    assert refusal("DE", "mistyped").code == "tax_category_unknown"
    assert refusal("US", OWN_ONLY, region="US-TX").code == "tax_category_unknown"


@pytest.mark.parametrize("category", ["standard", "exempt"])
@pytest.mark.parametrize(
    ("country", "region"), [("CA", "BC"), ("DE", "BE"), ("DE", "FR-75"), ("US", "us-TX")]
)
def test_a_region_is_written_with_its_country(country, region, category):
    assert refusal(country, category, region=region).code == "region_invalid"


# --- a merchant's own rates

AUSTIN = OwnRate("standard", "Sales tax", Decimal("8.25"), date(2026, 1, 1), country="US", region="US-TX")


def test_own_rates_win_where_and_while_they_hold():
    berlin = OwnRate("standard", "VAT", Decimal(18), date(2026, 7, 1), date(2026, 8, 1), country="DE")
    assert taxes("US", "standard", TODAY, "US-TX", [AUSTIN]) == [("Sales tax", "8.2500")]
    assert taxes("DE", "standard", date(2026, 6, 30), own=[berlin]) == [("VAT", "19.0000")]
    assert taxes("DE", "standard", date(2026, 7, 31), own=[berlin]) == [("VAT", "18.0000")]
    assert taxes("DE", "standard", date(2026, 8, 1), own=[berlin]) == [("VAT", "19.0000")]
    assert taxes("DE", "reduced", date(2026, 7, 1), own=[berlin]) == [("VAT", "7.0000")]
    assert refusal("US", "standard", region="US-CA", own=[AUSTIN]).code == "tax_rate_missing"
    assert refusal("US", "standard", date(2025, 12, 31), "US-TX", [AUSTIN]).code == "tax_rate_missing"


def test_the_nearer_own_rate_counts_and_they_never_add_up():
    anywhere = replace(AUSTIN, rate=Decimal(5), country="", region="")
    assert taxes("US", "standard", TODAY, "US-TX", [anywhere, AUSTIN]) == [("Sales tax", "8.2500")]
    assert taxes("US", "standard", TODAY, "US-CA", [anywhere, AUSTIN]) == [("Sales tax", "5.0000")]


def test_several_own_taxes_keep_their_order_and_the_compound_flag():
    city = replace(AUSTIN, tax="City tax", rate=Decimal(1), compound=True)
    treatment = taxes_on(country="US", region="US-TX", category="standard", on=TODAY, own=[AUSTIN, city])
    assert treatment.taxes == (
        TaxRate("Sales tax", Decimal("8.25")),
        TaxRate("City tax", Decimal(1), compound=True),
    )


def test_one_own_tax_twice_is_refused_not_charged_twice():
    again = replace(AUSTIN, valid_from=date(2026, 6, 1), rate=Decimal("8.5"))
    assert refusal("US", "standard", region="US-TX", own=[AUSTIN, again]).code == "tax_rate_ambiguous"


def test_an_own_rate_of_zero_is_no_way_to_sell_tax_free():
    free = replace(AUSTIN, rate=Decimal(0))
    assert refusal("US", "standard", region="US-TX", own=[free]).code == "tax_rate_invalid"
    groceries = replace(free, category="zero")
    treatment = taxes_on(country="US", region="US-TX", category="zero", on=TODAY, own=[groceries])
    assert treatment == Treatment(zero_reason="zero_rated")


# --- what a form offers


def test_a_form_offers_what_can_be_sold_there():
    berlin = {offer.code: offer for offer in categories_for("DE", on=TODAY)}
    assert list(berlin) == [
        "standard", "reduced", "restaurant_food", "zero", "exempt", "outside_scope", "below_threshold",
    ]  # fmt: skip
    assert berlin["restaurant_food"].label == "Food eaten in"
    assert berlin["standard"].treatment == Treatment((TaxRate("VAT", Decimal(19)),))
    austin = [offer.code for offer in categories_for("US", "US-TX", on=TODAY, own=[AUSTIN])]
    assert austin == ["standard", "exempt", "outside_scope", "below_threshold"]
    untaxed = ["exempt", "outside_scope", "below_threshold"]
    assert [offer.code for offer in categories_for("US", "US-TX", on=TODAY)] == untaxed


def test_a_wrong_rate_is_shown_to_its_owner_not_left_out():
    with pytest.raises(Refused) as no:
        categories_for("US", "US-TX", on=TODAY, own=[replace(AUSTIN, rate=Decimal(101))])
    assert no.value.code == "tax_rate_invalid"


@given(
    st.dates(date(1960, 1, 1), date(2040, 1, 1)),
    st.sampled_from(["AT", "DE", "FR", "GB", "IE", "PT", "CA", "IN", "VN", "US"]),
)
def test_the_answer_is_never_untaxed_without_a_reason(on, country):
    for offer in categories_for(country, on=on):
        assert bool(offer.treatment.taxes) != bool(offer.treatment.zero_reason)
        assert all(tax.rate > 0 for tax in offer.treatment.taxes)
