"""Names that payers can trust their eyes with, and tax numbers by the rules of their countries."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.core.errors import Refused
from merchants.core.identity import (
    clean_name,
    clean_text,
    read_tax_number,
    scripts_of,
    tax_number_label,
)

GOOD = [
    ("DE", "DE 136,695 976", "DE136695976"),
    ("DE", "136695976", "DE136695976"),
    ("DE", "181/815/08155", "181/815/08155"),
    ("AT", "ATU13585627", "ATU13585627"),
    ("FR", "Fr 40 303 265 045", "FR40303265045"),
    ("GR", "094259216", "EL094259216"),
    ("NL", "NL4495445B01", "NL004495445B01"),
    ("GB", "GB 980 7806 84", "GB980780684"),
    ("CH", "CHE-107.787.577 IVA", "CHE-107.787.577 IVA"),
    ("CH", "CHE107787577", "CHE-107.787.577"),
    ("NO", "NO 995 525 828 MVA", "NO 995 525 828 MVA"),
    ("VN", "01.00.23.34.88", "0100233488"),
    ("VN", "0312687878-001", "0312687878-001"),
    ("US", "04-2103594", "04-2103594"),
    ("US", "911144442", "91-1144442"),
    ("JP", "T5835678256246", "5-8356-7825-6246"),
    ("AU", "83914571673", "83 914 571 673"),
    ("IN", "27aapfu0939f1zv", "27AAPFU0939F1ZV"),
    ("BR", "16.727.230/0001-97", "16.727.230/0001-97"),
]
BAD = [
    ("DE", "DE136695977"),
    ("DE", "FR40303265045"),
    ("AT", "ATU13585626"),
    ("FR", "FR41303265045"),
    ("GR", "094259217"),
    ("GB", "GB980780685"),
    ("CH", "CHE-107.787.578 IVA"),
    ("NO", "NO 995 525 829 MVA"),
    ("VN", "0100233489"),
    ("US", "00-1144442"),
    ("US", "536-90-4399"),  # a social security number
    ("AU", "83914571674"),
    ("IN", "27AAPFU0939F1Z0"),
    ("BR", "16.727.230/0001-98"),
    ("DE", ""),
    ("DE", "<script>alert(1)</script>"),
]


@pytest.mark.parametrize(("country", "text", "normal"), GOOD)
def test_good_tax_numbers(country: str, text: str, normal: str) -> None:
    number = read_tax_number(text, country=country)
    assert (number.text, number.checked) == (normal, True)
    assert len(number.text) <= 30


@pytest.mark.parametrize(("country", "text", "normal"), GOOD)
def test_the_normal_form_is_read_as_itself(country: str, text: str, normal: str) -> None:
    assert read_tax_number(normal, country=country).text == normal


@pytest.mark.parametrize(("country", "text"), BAD)
def test_bad_tax_numbers(country: str, text: str) -> None:
    with pytest.raises(Refused) as no:
        read_tax_number(text, country=country)
    assert (no.value.code, no.value.status, no.value.facts["field"]) == (
        "tax_number_invalid",
        400,
        "tax_number",
    )


@pytest.mark.parametrize(("text", "taken"), [("12 34/55", True), ("AB-1234.5", True), ("<b>1234</b>", False)])
def test_where_no_rule_is_known_the_shape_decides_and_says_so(text: str, taken: bool) -> None:
    if taken:
        assert read_tax_number(text, country="KZ").checked is False
    else:
        with pytest.raises(Refused, match="tax_number_invalid"):
            read_tax_number(text, country="KZ")


def test_the_number_is_called_what_it_is() -> None:
    assert tax_number_label("DE", "DE136695976") == "VAT number"
    assert tax_number_label("DE", "181/815/08155") == "Tax number"
    assert [tax_number_label(code) for code in ("GB", "US", "VN", "TH")] == [
        "VAT number",
        "EIN",
        "MST",
        "Tax number",
    ]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("  Café \t Morgenrot\n", "Café Morgenrot"),
        ("Cafe\u0301", "Café"),
        ("<script>", "<script>"),  # a name like another: pages escape it
        ("ک\u200cتاب", "ک\u200cتاب"),  # Persian is written with a joiner
        ("7", "7"),
        ("Phở 24", "Phở 24"),
    ],
)
def test_names_are_folded(text: str, shown: str) -> None:
    assert clean_name(text, limit=60, field="trade_name") == shown


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Bank \u202egnp.exe", "name_invalid"),
        ("A\u2066B\u2069", "name_invalid"),
        ("A\u200bB", "name_invalid"),
        ("A\x00B", "name_invalid"),
        ("A\x1b[31mB", "name_invalid"),
        ("A\ufeffB", "name_invalid"),
        ("\ue000", "name_invalid"),
        ("...", "name_invalid"),
        ("x" * 200, "name_too_long"),
        (" \t ", "name_missing"),
    ],
)
def test_names_that_hide_something_are_refused(text: str, code: str) -> None:
    with pytest.raises(Refused) as no:
        clean_name(text, limit=60, field="trade_name")
    assert (no.value.code, no.value.facts["field"]) == (code, "trade_name")


@given(st.text(max_size=80))
def test_a_clean_name_stays_as_it_is_and_holds_nothing_invisible(text: str) -> None:
    try:
        name = clean_name(text, limit=60, field="x")
    except Refused:
        return
    assert clean_name(name, limit=60, field="x") == name
    assert len(name) <= 60
    assert not any(unicodedata.category(c) in {"Cc", "Co", "Cs", "Cn"} for c in name)
    assert not any(
        unicodedata.bidirectional(c) in {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI"} for c in name
    )


def test_a_text_may_be_left_empty_but_not_be_odd() -> None:
    assert clean_text("  ", limit=5, field="label") == ""
    with pytest.raises(Refused, match="name_invalid"):
        clean_text("a\u202eb", limit=5, field="label")


def test_two_alphabets_in_one_name_are_seen() -> None:
    assert scripts_of("Cаfé") == ("CYRILLIC", "LATIN")
    assert scripts_of("Café 12!") == ("LATIN",)
