"""Codes that a customer shows: BER-TLV in base64, read and never written."""

from base64 import b64decode, b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.core.errors import Refused
from merchants.qr import cpm, read
from tests.merchants.qr.vectors import CPM, each_of

HEAD = "8505435056303161"


def text_of(hexadecimal: str) -> str:
    return b64encode(bytes.fromhex(hexadecimal)).decode()


def refused(text: str) -> tuple[int, str]:
    with pytest.raises(Refused) as no:
        cpm.decode(text)
    assert (no.value.code, no.value.status) == ("qr_malformed", 400)
    return no.value.facts["position"], no.value.facts["reason"]


@each_of(CPM)
def test_a_customer_s_code_is_read_as_its_source_says(vector):
    found = read(vector["payload"])

    assert found.fields == vector["expected"]
    assert (found.standard, found.profile, found.crc_ok, found.warnings) == ("cpm", "", None, ())


@each_of(CPM)
def test_a_code_that_is_cut_is_refused(vector):
    payload = vector["payload"]
    for end in range(len(payload) - 1):
        with pytest.raises(Refused):
            cpm.decode(payload[:end])


def test_tags_of_many_bytes_and_long_lengths_are_read():
    value = "AB" * 300
    inside = f"4F01A05F20015F 9F8101 8102 FFEE DF8F7F 82012C{value}".replace(" ", "")
    size = len(inside) // 2
    found = cpm.decode(text_of(f"{HEAD}82{size:04X}{inside}"))

    assert found.fields["ber_tlv"][1] == [
        "61",
        [["4F", "A0"], ["5F20", "5F"], ["9F8101", "FFEE"], ["DF8F7F", value]],
    ]
    assert found.fields["hex"].endswith(value)


def test_templates_are_taken_apart_and_tags_may_repeat():
    found = cpm.decode(text_of(HEAD + "034F01A0" + "6103" + "4F01A1" + "6209" + "6407" + "9F3601 01 8201 02"))

    assert found.fields["ber_tlv"][1:] == [
        ["61", [["4F", "A0"]]],
        ["61", [["4F", "A1"]]],
        ["62", [["64", [["9F36", "01"], ["82", "02"]]]]],
    ]


@pytest.mark.parametrize(
    ("hexadecimal", "position", "reason"),
    [
        ("85054350563032" + "61034F01A0", 0, 'The payload format indicator (85) "CPV01" must come first.'),
        ("8505435056303162024F00", 16, "An application template (61) is missing."),
        (HEAD + "80", 10, "The length of tag 61 is none."),
        (HEAD + "85" + "0000000000", 10, "The length of tag 61 is none."),
        (HEAD + "8201", 10, "The length of tag 61 is none."),
        (HEAD + "05" + "4F01A0", 10, "Tag 61 says 5 bytes, 3 are left."),
        (HEAD, 9, "A tag is cut short."),
        (HEAD + "034F01A09F", 16, "A tag is cut short."),
        (HEAD + "034F01A09F81", 16, "A tag is cut short."),
        (HEAD + "034F05A0", 13, "Tag 4F says 5 bytes, 1 are left."),
    ],
)
def test_a_fault_is_told_at_its_character(hexadecimal, position, reason):
    assert refused(text_of(hexadecimal)) == (position, reason)


def test_templates_in_templates_end_somewhere():
    inside = "4F01A0"
    for _ in range(12):
        inside = f"61{len(inside) // 2:02X}{inside}"

    assert refused(text_of(HEAD[:-2] + inside))[1] == "Templates stand in templates more than 8 deep."


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("hQVDUFYwMWEDTwGg!", 16),
        ("hQVDUFYwMWED\nTwGg", 12),
        ("hQVDUFYwMWEDTwG", 15),
        ("hQVDUFYwMWEDTwGg=", 17),
        ("hQVDUFYwMWEDTwGgé", 16),
        ("hQVDUFYwMR==", 12),
    ],
)
def test_what_is_no_proper_base64_is_refused(text, position):
    assert cpm.decode("hQVDUFYwMWEDTwGg").fields["ber_tlv"][1] == ["61", [["4F", "A0"]]]
    assert refused(text)[0] == position


def test_what_is_odd_is_read_with_a_warning():
    found = cpm.decode(text_of(HEAD + "035001A0" + "5A0112"))

    assert found.warnings == ("5A is not expected here.", "61 has no application identifier (4F).")


@given(data=st.binary(max_size=60))
def test_bytes_of_chance_are_a_code_or_a_no(data):
    text = b64encode(b64decode(text_of(HEAD)) + data).decode()
    no, whole = None, ""
    try:
        whole = cpm.decode(text).fields["hex"]
    except Refused as said:
        no = said

    assert no or whole == f"{HEAD}{data.hex().upper()}"
    assert not no or (no.code == "qr_malformed" and 0 <= no.facts["position"] <= len(text))
