"""EMV codes of the world: read as their sources say, written again byte by byte, refused when changed."""

import string

import pytest

from base.core.errors import Refused
from merchants.qr import emv, read
from tests.merchants.qr.vectors import BAD, GOOD, each_of

PRINTABLE = [sign for sign in string.printable if sign.isprintable()]


# What the first word of a vector's id says about the scheme inside.
SCHEMES = {
    "emvco": "", "emv": "", "mercari": "", "pix": "pix", "promptpay": "promptpay", "paynow": "paynow",
    "sgqr": "paynow", "fps": "fps", "vietqr": "vietqr", "vnpay": "vnpay", "qris": "qris", "khqr": "khqr",
    "bharatqr": "bharatqr",
}  # fmt: skip


@each_of(GOOD)
def test_a_code_is_read_as_its_source_says(vector):
    found = read(vector["payload"])

    assert found.fields == vector["tlv"]
    assert (found.standard, found.crc_ok) == ("emv", True)
    for tag, value in vector.get("expected", {}).items():
        assert tag == "input" or found.fields[tag] == value


@each_of(GOOD)
def test_the_order_of_the_payload_is_kept(vector):
    assert list(emv.decode(vector["payload"]).fields) == list(vector["tlv"])


@each_of(GOOD)
def test_the_scheme_inside_is_known(vector):
    assert emv.decode(vector["payload"]).profile == SCHEMES[vector["id"].partition("-")[0]]


@each_of(GOOD)
def test_a_code_is_written_again_with_the_same_bytes_but_an_upper_case_crc(vector):
    payload = vector["payload"]
    found = emv.decode(payload)

    assert emv.encode(found.fields) == payload[:-4] + payload[-4:].upper()
    assert ("63 (CRC) is in lower case." in found.warnings) == (payload[-4:] != payload[-4:].upper())


@each_of(BAD)
def test_a_code_with_a_wrong_crc_is_refused(vector):
    with pytest.raises(Refused) as no:
        read(vector["payload"])

    assert (no.value.code, no.value.status) == ("qr_crc_wrong", 400)
    assert no.value.facts["position"] == len(vector["payload"]) - 4
    assert no.value.facts["reason"]


@each_of(GOOD)
def test_no_character_may_be_changed(vector):
    payload = vector["payload"]
    for at, old in enumerate(payload):
        for step in (1, 32, 64):
            new = PRINTABLE[(PRINTABLE.index(old) + step) % len(PRINTABLE)] if old in PRINTABLE else "x"
            changed = payload[:at] + new + payload[at + 1 :]
            if at >= len(payload) - 4 and changed.upper() == payload.upper():
                continue
            with pytest.raises(Refused):
                read(changed)


@each_of(GOOD)
def test_only_the_letter_case_of_the_crc_is_free(vector):
    payload = vector["payload"]
    for crc in (payload[-4:].lower(), payload[-4:].upper()):
        assert read(payload[:-4] + crc).fields == {**vector["tlv"], "63": crc}
    for at, sign in enumerate(payload[:-4]):
        if sign.swapcase() != sign:
            with pytest.raises(Refused):
                read(payload[:at] + sign.swapcase() + payload[at + 1 :])


@each_of(GOOD)
def test_a_code_that_is_cut_or_continued_is_refused(vector):
    payload = vector["payload"]
    for changed in (payload[:-1], payload[:-8], payload[1:], payload + " ", payload + "\n", " " + payload):
        with pytest.raises(Refused) as no:
            read(changed)
        assert {"position", "reason"} <= set(no.value.facts)
