"""The two layers below an EMV code: its check sum, and tag, length, value."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.core.errors import Refused
from merchants.qr.crc import crc16, crc_text
from merchants.qr.tlv import DataObject, read_objects, write_object


def test_the_check_value_is_that_of_the_catalogues():
    assert crc16(b"123456789") == 0x29B1


def test_of_nothing_the_initial_value_is_left():
    assert crc16(b"") == 0xFFFF


def test_zeros_in_front_are_kept():
    texts = [str(number) for number in range(4000)]
    small = [text for text in texts if crc16(text.encode()) < 0x1000]

    assert small
    assert all(len(crc_text(text)) == 4 and crc_text(text)[0] == "0" for text in small)


def test_the_check_sum_runs_over_bytes_of_utf_8():
    assert int(crc_text("é"), 16) == crc16(b"\xc3\xa9") != crc16(b"\xe9")


def test_lengths_count_characters():
    assert read_objects("0104最佳运输0202北京") == (
        DataObject("01", "最佳运输", 0),
        DataObject("02", "北京", 8),
    )
    assert write_object("01", "最佳运输", field="64-01", position=0) == "0104最佳运输"


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("0", 0),
        ("000201x", 6),
        ("00020", 2),
        ("0003ab", 2),
        ("0002010", 6),
        ("00020101x2", 8),
        ("0002010002ab", 6),
        ("٠٠0201", 0),
        ("00²201", 2),
    ],
)
def test_a_fault_is_told_with_its_place(text, position):
    with pytest.raises(Refused) as no:
        read_objects(text)

    assert (no.value.code, no.value.status, no.value.facts["position"]) == ("qr_malformed", 400, position)
    assert no.value.facts["reason"]


def test_places_count_from_the_beginning_of_the_whole_payload():
    with pytest.raises(Refused) as no:
        read_objects("0009a", 40)

    assert no.value.facts["position"] == 42
    assert read_objects("0001a", 40)[0].position == 40


@given(values=st.dictionaries(st.from_regex("[0-9]{2}", fullmatch=True), st.text(max_size=99), max_size=9))
def test_what_is_written_is_read_in_its_order(values):
    text = "".join(write_object(tag, value, field=tag, position=0) for tag, value in values.items())

    assert [(each.tag, each.value) for each in read_objects(text)] == list(values.items())


def test_ninety_nine_characters_fit_and_a_hundred_do_not():
    assert write_object("80", "x" * 99, field="80", position=7).startswith("8099")
    with pytest.raises(Refused) as no:
        write_object("80", "x" * 100, field="80", position=7)

    assert (no.value.code, no.value.facts["field"], no.value.facts["position"]) == (
        "qr_field_invalid",
        "80",
        7,
    )


@pytest.mark.parametrize("tag", ["1", "001", "0x", "٠٠", ""])
def test_a_tag_is_two_digits(tag):
    with pytest.raises(Refused) as no:
        write_object(tag, "", field=tag, position=0)

    assert no.value.code == "qr_field_invalid"
