"""Rows and ledger agree to the minor unit, or nothing leaves the house."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.core.totals import ExportDoesNotFoot, Movement, Sum, check_foots, total_up

# The sale of docs/LEDGER.md: 11.90 including 19 %, tip 1.00, fee 0.06; then 5.95 of it refunded.
SUMS = [
    Sum("EUR", "sale", "DE", "VAT", "19.0000", "", 1, 1000, 190),
    Sum("EUR", "tip", "DE", "", "", "outside_scope", 1, 100, 0),
    Sum("EUR", "fee", "DE", "", "", "outside_scope", 1, -6, 0),
    Sum("EUR", "refund", "DE", "VAT", "19.0000", "", 1, -500, -95),
]
LEDGER = [
    Movement("EUR", "payable", 994 - 500),
    Movement("EUR", "tax", 190 - 95, "DE", "VAT", "19.0000"),
    Movement("EUR", "tips", 100),
    Movement("EUR", "fees", 6),
]


def test_the_books_of_the_design_agree():
    totals = total_up(SUMS)
    check_foots(totals, LEDGER)
    assert totals.rows == 4
    assert totals.columns == {
        "net": {"EUR": 594},
        "tax_amount": {"EUR": 95},
        "gross": {"EUR": 689},
        "tip": {"EUR": 100},
        "fee": {"EUR": -6},
    }
    assert totals.taxes == {("EUR", "DE", "VAT", "19.0000"): 95}


def test_an_empty_month_agrees_with_an_empty_ledger():
    totals = total_up([])
    check_foots(totals, [])
    assert totals.rows == 0
    assert totals.columns["net"] == {}


@given(at=st.integers(0, len(LEDGER) - 1), off=st.integers(-1000, 1000).filter(bool))
def test_one_cent_in_any_account_is_found(at, off):
    wrong = [replace(move, amount_minor=move.amount_minor + off * (i == at)) for i, move in enumerate(LEDGER)]
    with pytest.raises(ExportDoesNotFoot):
        check_foots(total_up(SUMS), wrong)


@given(
    at=st.integers(0, len(SUMS) - 1),
    off=st.integers(-1000, 1000).filter(bool),
    field=st.sampled_from(["net_minor", "tax_minor"]),
)
def test_one_cent_in_any_row_is_found(at, off, field):
    wrong = list(SUMS)
    wrong[at] = replace(wrong[at], **{field: getattr(wrong[at], field) + off})
    with pytest.raises(ExportDoesNotFoot):
        check_foots(total_up(wrong), LEDGER)


@pytest.mark.parametrize(
    ("field", "value"), [("rate", "7.0000"), ("tax", "GST"), ("place", "AT"), ("currency", "USD")]
)
def test_tax_under_another_name_is_found(field, value):
    """The sums agree; the accountant's return would still be wrong."""
    wrong = [replace(LEDGER[1], **{field: value}) if i == 1 else move for i, move in enumerate(LEDGER)]
    with pytest.raises(ExportDoesNotFoot) as found:
        check_foots(total_up(SUMS), wrong)
    assert any("19.0000" in line for line in found.value.differences)


def test_money_of_an_account_without_rows_is_found():
    with pytest.raises(ExportDoesNotFoot) as found:
        check_foots(total_up(SUMS), [*LEDGER, Movement("VND", "payable", 40_000)])
    assert found.value.differences == ["net VND: rows 0, ledger 40000"]
