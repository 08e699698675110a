"""Check digits find one wrong digit and two that changed places; nothing else is taken for a number."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iban

from merchants.qr.checks import (
    Line,
    bic_fault,
    compact,
    iban_fault,
    qrr_fault,
    rf_fault,
    split_lines,
    text_fault,
)
from merchants.qr.refusals import invalid, malformed

COUNTRIES = ["AT", "BE", "CH", "CZ", "DE", "ES", "FI", "FR", "GB", "GR", "HR", "IT", "NL", "NO", "SI"]


def test_a_no_has_a_stable_code_and_says_where() -> None:
    reading, writing = malformed(7, "Why."), invalid("name", "Why.")
    assert (reading.code, reading.status, reading.facts) == (
        "qr_malformed",
        400,
        {"position": 7, "reason": "Why."},
    )
    assert (writing.code, writing.status, writing.facts) == (
        "qr_field_invalid",
        400,
        {"field": "name", "reason": "Why."},
    )
    assert reading.message.endswith("Why.") and writing.message.endswith("Why.")


@pytest.mark.parametrize(
    ("fault_of", "right"),
    [
        (iban_fault, "DE71110220330123456789"),
        (iban_fault, "CH5800791123000889012"),
        (rf_fault, "RF18539007547034"),
        (qrr_fault, "210000000003139471430009017"),
    ],
)
def test_each_wrong_digit_and_each_swap_is_found(fault_of: Any, right: str) -> None:
    assert fault_of(right) == ""
    for at in range(4 if right[0].isalpha() else 0, len(right)):
        for digit in set("0123456789") - {right[at]}:
            assert fault_of(right[:at] + digit + right[at + 1 :])
        if at + 1 < len(right) and right[at] != right[at + 1]:
            assert fault_of(right[:at] + right[at + 1] + right[at] + right[at + 2 :])


def test_numbers_are_taken_as_they_are_written_and_not_mended() -> None:
    for text in (
        "DE71 1102 2033 0123 4567 89",
        "de71110220330123456789",
        "DE71110220330123456789\n",
        "DE",
        "",
    ):
        assert iban_fault(text)
    for text in ("RF18 5390 0754 7034", "rf18539007547034", "RF18539007547034\n", "RF18", "RF18" + "0" * 22):
        assert rf_fault(text)
    for text in ("21 00000 00003 13947 14300 09017", "٢" * 27, "1" * 26, "1" * 28):
        assert "27 digits" in qrr_fault(text)
    assert rf_fault("RF471") and rf_fault("RF18539007547034") == ""
    assert compact("de71 1102\u00a02033") == "DE7111022033"


@pytest.mark.parametrize(
    ("fault_of", "right", "second"),
    [
        (iban_fault, "DE02000000001000000093", "99"),
        (iban_fault, "DE97000000001000000032", "00"),
        (iban_fault, "DE98000000001000000014", "01"),
        (rf_fault, "RF0236", "99"),
        (rf_fault, "RF9772", "00"),
        (rf_fault, "RF9854", "01"),
    ],
)
def test_check_digits_have_one_spelling(fault_of: Any, right: str, second: str) -> None:
    assert fault_of(right) == ""
    assert fault_of(right[:2] + second + right[4:])


def test_a_bic_has_8_or_11_places_with_a_country() -> None:
    assert bic_fault("BPOTBEB1") == bic_fault("BHBLDEHHXXX") == bic_fault("B2B1DEHH") == ""
    for text in ("BPOTBEB", "BPOTBEB1X", "BPOTBEB1XX", "BPOTBEB1XXXX", "BPOT1EB1", "bpotbeb1", "BPOTBEB1\n"):
        assert bic_fault(text)


def test_control_characters_and_halves_belong_in_no_text() -> None:
    for character in "\x00\t\n\r\x1f\x7f\x85\x9f\u2028\u2029\ud800\udfff":
        assert text_fault(f"a{character}b")
    assert text_fault("a\u00a0ä न 🍎") == ""


def test_lines_keep_their_places() -> None:
    assert split_lines("a\nbc\n\nd") == ([Line("a", 0), Line("bc", 2), Line("", 5), Line("d", 6)], [])
    assert split_lines("a\r\nbc\r\n") == ([Line("a", 0), Line("bc", 3), Line("", 7)], [])
    assert split_lines("a\r\nb\nc")[1] and split_lines("a\rb")[0] == [Line("a\rb", 0)]
    assert split_lines("") == ([Line("", 0)], [])


@given(country=st.sampled_from(COUNTRIES), bban=st.from_regex("[A-Z0-9]{11,30}|[0-9]{11,26}", fullmatch=True))
def test_a_number_with_right_check_digits_is_judged_without_a_bug(country: str, bban: str) -> None:
    digits = iban.calc_check_digits(f"{country}00{bban}")
    assert isinstance(iban_fault(f"{country}{digits}{bban}"), str)
    assert iban_fault(f"{country}{(int(digits) + 1) % 98:02}{bban}")
