"""EPC069-12: what banks' apps print is read, what we print is exact, and a wrong line is pointed at."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iban, iso11649

from merchants.qr import epc
from tests.merchants.qr.vectors import (
    assert_answers_or_refuses,
    assert_says,
    assert_unreadable,
    assert_unwritable,
    mutated,
    vectors_of,
)

BIC, IBAN, RF = "BPOTBEB1", "BE72000000001616", "RF18539007547034"
LINES = ["BCD", "002", "1", "SCT", BIC, "Red Cross", IBAN, "EUR1.00", "CHAR", "", "Urgency fund", "Sample"]
FIELDS = {"name": "Red Cross", "iban": IBAN}
HEAD = {"version": "002", "charset": "UTF-8"}
LATIN = st.characters(min_codepoint=32, max_codepoint=126)


def text_of(*changes: tuple[int, str]) -> str:
    """The sample with some lines (counted from 1) replaced."""
    lines = list(LINES)
    for number, line in changes:
        lines[number - 1] = line
    return "\n".join(lines)


def start_of(number: int) -> int:
    return len("\n".join(LINES[: number - 1])) + 1


def assert_line_refused(number: int, line: str, reason: str, *also: tuple[int, str]) -> None:
    assert_unreadable(epc.decode, text_of((number, line), *also), start_of(number), reason)


def test_every_vector_says_what_is_expected() -> None:
    assert_says(epc, "epc-")


def test_every_vector_is_written_again_with_two_decimals() -> None:
    for vector in vectors_of("epc-"):
        if vector["valid"]:
            again = vector["payload"].replace("EUR12.3\n", "EUR12.30\n").replace("EUR20\n", "EUR20.00\n")
            assert epc.encode(epc.decode(vector["payload"]).fields) == again


def test_all_twelve_lines_are_read() -> None:
    said = epc.decode(text_of())
    assert (said.standard, said.profile, said.crc_ok, said.warnings) == ("epc", "", None, ())
    assert list(said.fields.items()) == [
        *HEAD.items(),
        ("bic", BIC),
        ("name", "Red Cross"),
        ("iban", IBAN),
        ("amount", "1.00"),
        ("purpose", "CHAR"),
        ("text", "Urgency fund"),
        ("information", "Sample"),
    ]
    assert epc.encode(said.fields) == text_of()


def test_the_first_line_claims_a_payload() -> None:
    assert epc.reads("BCD\n") and epc.reads("BCD\r\n002")
    assert (
        not epc.reads("BCD") and not epc.reads("bcd\n") and not epc.reads("BCDE\n") and not epc.reads("BCD\r")
    )
    assert_unreadable(epc.decode, "BCE\n002", 0, "not BCD")


def test_lines_may_end_with_cr_lf_and_a_mixture_is_said() -> None:
    said = epc.decode(text_of().replace("\n", "\r\n"))
    assert said == epc.decode(text_of())
    assert "Some lines end" in epc.decode(text_of().replace("\n", "\r\n", 3)).warnings[0]


def test_empty_lines_at_the_end_may_be_left_out_or_not() -> None:
    short = text_of((8, ""), (9, ""), (11, ""), (12, ""))
    assert epc.decode(short) == epc.decode(short.rstrip("\n"))
    assert epc.decode(short).warnings == ()
    assert "behind the twelfth" in epc.decode(text_of() + "\n\n").warnings[0]
    assert_unreadable(epc.decode, text_of() + "\nmore", len(text_of()) + 1, "more than twelve")


def test_a_payload_that_ends_before_the_iban_is_refused_at_its_end() -> None:
    text = "\n".join(LINES[:6])
    assert_unreadable(epc.decode, text, len(text), "fewer lines")


@pytest.mark.parametrize(
    ("number", "line", "reason"),
    [
        (2, "003", "version"),
        (3, "0", "from 1 to 8"),
        (3, "9", "from 1 to 8"),
        (4, "SDD", "not SCT"),
        (5, "BPOTBEB", "A BIC"),
        (5, "BPOT1EB1", "A BIC"),
        (5, "BPOTBEB1XX", "A BIC"),
        (6, "", "name is missing"),
        (6, "x" * 71, "At most 70"),
        (6, "  ", "blanks"),
        (6, "a\rb", "control"),
        (6, "\ud800", "Half of a character"),
        (7, "", "iban is missing"),
        (7, "BE72000000001617", "check digits"),
        (7, "BE7200000000161", "check digits"),
        (7, "XX72000000001616", "check digits"),
        (7, "none", "not an IBAN"),
        (8, "USD1.00", "EUR"),
        (8, "1.00", "EUR"),
        (8, "EUR", "up to nine digits"),
        (8, "EUR0", "smallest"),
        (8, "EUR0.00", "smallest"),
        (8, "EUR0.001", "two decimals"),
        (8, "EUR1,00", "two decimals"),
        (8, "EUR1.", "two decimals"),
        (8, "EUR.5", "two decimals"),
        (8, "EUR-1", "two decimals"),
        (8, "EUR:3.000.00", "two decimals"),
        (8, "EUR1000000000", "up to nine digits"),
        (8, "EUR١", "up to nine digits"),
        (9, "CHARI", "purpose"),
        (9, "C-A", "purpose"),
        (11, "x" * 141, "At most 140"),
        (12, "x" * 71, "At most 70"),
    ],
)
def test_a_wrong_line_is_refused_where_it_begins(number: int, line: str, reason: str) -> None:
    assert_line_refused(number, line, reason)


def test_a_bic_may_be_missing_in_version_002_only() -> None:
    assert "bic" not in epc.decode(text_of((5, ""))).fields
    assert epc.decode(text_of((2, "001"))).fields["version"] == "001"
    assert_unreadable(epc.decode, text_of((2, "001"), (5, "")), start_of(5), "demands a BIC")
    assert_unwritable(epc.encode, FIELDS | {"version": "001"}, "bic", "demands a BIC")
    assert epc.encode(FIELDS | {"version": "001", "bic": BIC}).startswith("BCD\n001\n1\nSCT\nBPOTBEB1\n")


def test_a_reference_excludes_a_text() -> None:
    assert_unreadable(epc.decode, text_of((10, RF)), start_of(11) + len(RF), "only one")
    assert_unwritable(epc.encode, FIELDS | {"reference": RF, "text": "x"}, "text", "only one")


def test_a_structured_reference_that_claims_to_be_rf_must_be_right() -> None:
    said = epc.decode(text_of((10, RF), (11, "")))
    assert said.fields["reference"] == RF and said.warnings == ()
    assert_line_refused(10, "RF19539007547034", "check digits", (11, ""))
    assert_line_refused(10, "RF18", "5 to 25", (11, ""))
    assert_line_refused(10, "x" * 36, "At most 35", (11, ""))
    said = epc.decode(text_of((10, "Invoice 7"), (11, "")))
    assert said.fields["reference"] == "Invoice 7" and "not an ISO 11649" in said.warnings[0]


def test_blanks_and_small_letters_in_codes_are_let_pass_with_a_warning() -> None:
    said = epc.decode(text_of((5, BIC.lower()), (7, "BE72 0000 0000 1616"), (9, "char")))
    assert said.fields == epc.decode(text_of()).fields
    assert [warning.split()[2] for warning in said.warnings] == ["bic", "iban", "purpose"]
    assert_line_refused(7, " ", "iban is missing")
    said = epc.decode(text_of((8, "EUR0012.5")))
    assert said.fields["amount"] == "12.50" and "leading zeros" in said.warnings[0]


def test_amounts_are_read_as_they_stand_and_written_with_two_decimals() -> None:
    for amount, read, written in [
        ("0.01", "0.01", "0.01"),
        ("0.1", "0.10", "0.10"),
        ("999999999.99", "999999999.99", "999999999.99"),
        ("7", "7", "7.00"),
    ]:
        said = epc.decode(text_of((8, f"EUR{amount}")))
        assert said.fields["amount"] == read
        assert epc.encode(said.fields) == text_of((8, f"EUR{written}"))
    assert "amount" not in epc.decode(text_of((8, ""))).fields


def test_the_length_is_counted_in_bytes_of_the_declared_character_set() -> None:
    full = {"name": "ä" * 70, "iban": IBAN, "text": "ä" * 71, "amount": "1"}
    room = epc.BYTES_MAX - len(epc.encode(full).encode())
    assert room > 1
    exact = epc.encode(full | {"information": "x" * (room - 1)})
    assert len(exact.encode()) == epc.BYTES_MAX and epc.decode(exact).warnings == ()
    longer = full | {"information": "x" * room}
    assert_unwritable(epc.encode, longer, "fields", "at most 331 bytes")
    assert_unreadable(epc.decode, exact + "x", 0, "at most 331 bytes")
    assert len(epc.encode(longer | {"charset": "ISO 8859-1"})) < epc.BYTES_MAX


def test_each_character_set_has_its_digit_and_its_characters() -> None:
    for digit, name in epc.CHARSETS.items():
        payload = epc.encode(FIELDS | {"charset": name})
        assert payload.split("\n")[2] == digit
        assert epc.decode(payload).fields["charset"] == name
    assert epc.encode(FIELDS | {"charset": "ISO 8859-7", "name": "Ερυθρός Σταυρός"})
    assert_unwritable(
        epc.encode, FIELDS | {"charset": "ISO 8859-7", "name": "Ä"}, "charset", "not in ISO 8859-7"
    )
    assert "character set ISO 8859-1" in epc.decode(text_of((3, "2"), (6, "Σ"))).warnings[0]


def test_the_least_that_is_written_ends_with_the_iban() -> None:
    assert epc.encode(FIELDS) == f"BCD\n002\n1\nSCT\n\nRed Cross\n{IBAN}"
    assert epc.encode(FIELDS | {"bic": "", "text": ""}) == epc.encode(FIELDS)


@pytest.mark.parametrize(
    ("change", "field", "reason"),
    [
        ({"name": ""}, "name", "missing"),
        ({"iban": ""}, "iban", "missing"),
        ({"iban": "be72000000001616"}, "iban", "not an IBAN"),
        ({"iban": "BE72 0000 0000 1616"}, "iban", "not an IBAN"),
        ({"version": "2"}, "version", "001 or 002"),
        ({"charset": "1"}, "charset", "one of"),
        ({"bic": BIC.lower()}, "bic", "A BIC"),
        ({"name": "a\nb"}, "name", "control"),
        ({"name": "a\x85b"}, "name", "control"),
        ({"name": "x" * 71}, "name", "At most 70"),
        ({"amount": "0.00"}, "amount", "smallest"),
        ({"amount": "1.005"}, "amount", "two decimals"),
        ({"amount": 1}, "amount", "must be a text"),
        ({"amount": None}, "amount", "must be a text"),
        ({"purpose": "char"}, "purpose", "purpose"),
        ({"reference": "Invoice 7"}, "reference", "begins with RF"),
        ({"reference": "RF19539007547034"}, "reference", "check digits"),
        ({"text": "x" * 141}, "text", "At most 140"),
        ({"information": "x" * 71}, "information", "At most 70"),
        ({"memo": "x"}, "memo", "no field memo"),
    ],
)
def test_a_wrong_field_is_not_written(change: dict[str, Any], field: str, reason: str) -> None:
    assert_unwritable(epc.encode, FIELDS | change, field, reason)


def words(length: int) -> st.SearchStrategy[str]:
    return st.text(LATIN, max_size=length).filter(lambda text: not text or bool(text.strip()))


RF_NUMBERS = st.from_regex(r"[A-Z0-9]{1,21}", fullmatch=True).map(
    lambda body: next(rf for digits in range(2, 99) if iso11649.is_valid(rf := f"RF{digits:02}{body}"))
)
IBANS = st.from_regex(r"[0-9]{18}", fullmatch=True).map(
    lambda bban: f"DE{iban.calc_check_digits(f'DE00{bban}')}{bban}"
)


@given(
    fields=st.fixed_dictionaries(
        {
            "version": st.just("002"),
            "charset": st.sampled_from(sorted(epc.CHARSETS.values())),
            "name": words(70).filter(bool),
            "iban": IBANS,
            "amount": st.integers(1, 10**11 - 1).map(lambda cents: f"{cents // 100}.{cents % 100:02}"),
            "purpose": st.from_regex("[A-Z0-9]{0,4}", fullmatch=True),
        }
    ),
    remittance=RF_NUMBERS.map(lambda rf: {"reference": rf}) | words(120).map(lambda text: {"text": text}),
)
def test_what_is_written_is_read_back(fields: dict[str, str], remittance: dict[str, str]) -> None:
    fields = {name: value for name, value in {**fields, **remittance}.items() if value}
    assert epc.decode(epc.encode(fields)).fields == fields


@given(st.text() | st.text().map(lambda text: f"BCD\n002\n1\nSCT\n{text}"))
def test_any_text_is_read_or_refused(payload: str) -> None:
    assert_answers_or_refuses(epc, payload)


@given(
    at=st.integers(0), cut=st.integers(0, 4), put=st.text(max_size=3) | st.sampled_from(["\n", "\r\n", "\r"])
)
def test_any_change_is_read_or_refused(at: int, cut: int, put: str) -> None:
    assert_answers_or_refuses(epc, mutated(text_of(), at, cut, put))
