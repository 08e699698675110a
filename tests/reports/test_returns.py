"""Figures for tax forms: golden cases, every sum in one place, and forms that are whole."""

import json
import os
import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from reports.core.returns import (
    CategorySum,
    ReturnFigures,
    cut_to_units,
    forms_for,
    tax_differences,
    work_out,
)
from reports.queries.returns import FORMS, read_form
from taxes.core.rates import ZERO_REASONS

TODAY = date(2026, 11, 30)
(DE,), (GB,) = (forms_for(FORMS, country, TODAY) for country in ("DE", "GB"))
(DE_BEFORE,) = forms_for(FORMS, "DE", date(2024, 12, 31))
CHECKED = re.compile(r"Checked 20[0-9]{2}-[0-9]{2}-[0-9]{2}")
HMRC = Path("../shared/schemas/uk-mtd-vat/application.yaml.txt")


def part(
    rate: str, net: int, tax: int, *, place: str = "DE", reason: str = "", currency: str = ""
) -> CategorySum:
    """A sum of one rate, or of a reason for none."""
    code = f"{Decimal(rate):.4f}" if rate else ""
    money = currency or ("GBP" if place == "GB" else "EUR")
    return CategorySum(money, place, "VAT" if rate else "", code, reason, "standard", 3, 2, net, tax)


def told(figures: ReturnFigures) -> dict[str, int | None]:
    return {line.line.code: line.figure_minor for line in figures.lines}


def test_a_german_month() -> None:
    sums = [
        part("19", 71_204_99, 13_528_95),
        part("7", 9_310_28, 651_72),
        part("5", 100_50, 5_03),
        part("16", 10_00, 1_60),
        part("", 1_230_99, 0, reason="exempt"),
        part("", 400_50, 0, reason="below_threshold"),
        part("", 50_10, 0, reason="zero_rated"),
        part("", 20_00, 0, reason="reverse_charge"),
        part("", 30_00, 0, reason="outside_scope"),
        part("20", 100_00, 20_00, place="AT"),
    ]
    figures = work_out(DE, sums, exponent=2)
    assert told(figures) == {
        "81": 71_204_00, "86": 9_310_00, "87": 50_00, "35": 110_00, "36": 6_63, "43": None, "48": 1_631_00,
        "60": 20_00, "89": None, "66": None, "tax on sales": 13_528_76 + 651_70 + 6_63, "83": None,
    }  # fmt: skip
    lines = {line.line.code: line for line in figures.lines}
    assert (lines["81"].tax_minor, lines["81"].booked_minor) == (13_528_76, 13_528_95)
    assert (lines["81"].exact_minor, lines["35"].booked_minor, lines["36"].booked_minor) == (
        71_204_99,
        0,
        6_63,
    )
    assert figures.left_out == (sums[8], sums[9])
    assert tax_differences(figures, {"EUR": sum(each.tax_minor for each in sums)}) == []
    assert tax_differences(figures, {"EUR": 1}) != []


def test_a_small_business_stood_in_no_german_line_before_2025() -> None:
    """§ 19 UStG: exempt since 2025, so in line 48; before that the tax was only not levied."""
    small = part("", 400_50, 0, reason="below_threshold")
    assert told(work_out(DE, [small], exponent=2))["48"] == 400_00
    before = work_out(DE_BEFORE, [small], exponent=2)
    assert (told(before)["48"], before.left_out) == (0, (small,))


def test_a_british_quarter() -> None:
    sums = [
        part("20", 1_000_55, 200_11, place="GB"),
        part("5", 100_50, 5_03, place="GB"),
        part("", 40_99, 0, place="GB", reason="zero_rated"),
        part("", 7_00, 0, place="GB", reason="exempt"),
        part("", 3_00, 0, place="GB", reason="outside_scope"),
        part("20", 5_00, 1_00, place="GB", currency="EUR"),
    ]
    figures = work_out(GB, sums, exponent=2)
    assert told(figures) == {
        "1": 205_14, "2": None, "3": None, "4": None, "5": None, "6": 1_149_00,
        "7": None, "8": None, "9": None,
    }  # fmt: skip
    assert figures.left_out == (sums[4], sums[5])
    assert tax_differences(figures, {"GBP": 205_14, "EUR": 1_00}) == []


def test_refunds_may_outweigh_sales() -> None:
    """A base below zero is cut towards zero, and the form's tax has its sign."""
    figures = work_out(DE, [part("19", -123_99, -23_56)], exponent=2)
    line = figures.lines[0]
    assert (line.figure_minor, line.tax_minor, line.booked_minor) == (-123_00, -23_37, -23_56)
    assert [cut_to_units(minor, 100) for minor in (-199, -100, -99, 99, 100, 199)] == [
        -100, -100, 0, 0, 100, 100,
    ]  # fmt: skip


def test_nothing_sold_is_no_figure_for_what_is_yours() -> None:
    for form in FORMS:
        for line in work_out(form, [], exponent=2).lines:
            assert (line.figure_minor is None) == line.line.yours
            assert bool(line.line.why) == line.line.yours


sums = st.lists(
    st.builds(
        part,
        st.sampled_from(["19", "7", "20", "5", "16"]),
        st.integers(-(10**9), 10**9),
        st.integers(-(10**8), 10**8),
        place=st.sampled_from(["DE", "GB", "AT"]),
    )
    | st.builds(
        lambda reason, net, place: part("", net, 0, reason=reason, place=place),
        st.sampled_from(sorted(ZERO_REASONS)),
        st.integers(-(10**9), 10**9),
        st.sampled_from(["DE", "GB"]),
    ),
    max_size=12,
)


@pytest.mark.parametrize("form", FORMS, ids=[f"{form.key} {form.valid_from}" for form in FORMS])
@given(sums)
def test_every_sum_is_in_one_place(form, parts) -> None:
    figures = work_out(form, parts, exponent=2)
    nets = sum(
        each.net_minor for line in figures.lines for each in line.parts if line.line.code not in ("36", "1")
    )
    assert nets + sum(each.net_minor for each in figures.left_out) == sum(each.net_minor for each in parts)
    booked: dict[str, int] = {}
    for each in parts:
        booked[each.currency] = booked.get(each.currency, 0) + each.tax_minor
    assert tax_differences(figures, booked) == []
    assert figures.mapped_tax_minor + figures.left_out_tax_minor == sum(each.tax_minor for each in parts)


def test_forms_have_their_days() -> None:
    assert forms_for(FORMS, "DE", date(2022, 12, 31)) == []
    assert forms_for(FORMS, "DE", date(2023, 1, 1)) == [DE_BEFORE]
    assert forms_for(FORMS, "DE", date(2025, 1, 1)) == [DE]
    assert forms_for(FORMS, "FR", TODAY) == []


def test_a_form_says_where_it_comes_from_and_when_that_was_checked() -> None:
    for form in FORMS:
        assert CHECKED.search(form.source), form.name
        others = [other for other in FORMS if other.key == form.key and other != form]
        assert not [other for other in others if other.in_force(form.valid_from)], form.name


def test_the_nine_boxes_are_those_of_the_interface() -> None:
    """The published interface has nine figures, five with pence and four in whole pounds."""
    if not HMRC.exists() and not os.environ.get("CI"):
        pytest.skip("the interface's text is not at hand")
    schemas = yaml.safe_load(HMRC.read_text(encoding="utf-8"))["components"]["schemas"]
    boxes = next(
        s["properties"] for s in schemas.values() if "totalAcquisitionsExVAT" in s.get("properties", {})
    )
    values = [name for name in boxes if name.startswith(("vat", "total", "net"))]
    assert len(values) == len(GB.lines) == 9
    whole = {line.code for line in GB.lines if line.rounding == "units_cut"}
    assert whole == {"6"}


@pytest.mark.parametrize(
    "broken",
    [
        {"rules": [{"of_tax": "VAT", "rate": "*", "net": "48"}]},
        {"rules": [{"zero_reason": "exempt", "net": "99"}]},
        {"rules": [{"zero_reason": "exempt", "net": "66"}]},
        {"rules": [{"zero_reason": "because", "net": "48"}]},
        {"lines": [{"code": "1", "label": "a"}, {"code": "1", "label": "b"}], "rules": []},
        {"lines": [{"code": "1", "label": "a", "yours": True}], "rules": []},
        {"lines": [{"code": "1", "label": "a", "rounding": "up"}], "rules": []},
    ],
)
def test_a_form_that_is_not_whole_is_refused(broken: dict[str, object]) -> None:
    whole = json.loads(Path("reports/data/returns/de_ustva_2025.json").read_text(encoding="utf-8"))
    assert read_form(whole) == DE
    with pytest.raises(AssertionError):
        read_form(whole | broken)
