"""What may be a PIN, and the value stored in its place."""

import hashlib
import hmac
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.core.errors import Refused
from people.core.pin import SALT_BYTES, pin_mac, require_digits, require_good, same_mac

PERSON = UUID("01890000-0000-7000-8000-000000000001")
SALT = bytes(range(SALT_BYTES))
PEPPER = b"p" * 32
pins = st.text("0123456789", min_size=6, max_size=6)

NOT_SIX_DIGITS = [
    "", "12345", "1234567", " 246810", "246810\n", "24681O", "-24681", "+24681", "2_4681", "2468.1",
    "\uff12\uff14\uff16\uff18\uff11\uff10", "\u0662\u0664\u0666\u0668\u0661\u0660", "24681\u00b2",
]  # fmt: skip


def easy() -> set[str]:
    """The 30 PINs that are one digit, or a run up or down round the circle of ten."""
    return {
        "".join(str((first + step * place) % 10) for place in range(6))
        for first in range(10)
        for step in (0, 1, -1)
    }


@pytest.mark.parametrize("text", NOT_SIX_DIGITS)
def test_only_six_ascii_digits_are_a_pin(text: str) -> None:
    for check in (require_digits, require_good):
        with pytest.raises(Refused) as no:
            check(text)
        assert no.value.code == "pin_malformed"
        assert no.value.status == 400


def test_the_easy_ones_are_thirty_and_hold_the_known_ones() -> None:
    assert len(easy()) == 30
    assert {"000000", "111111", "123456", "654321", "012345", "789012", "098765"} <= easy()


@pytest.mark.parametrize("pin", sorted(easy()))
def test_an_easy_pin_is_refused_with_a_plain_sentence(pin: str) -> None:
    with pytest.raises(Refused) as no:
        require_good(pin)
    assert no.value.code == "pin_too_easy"
    assert "thief" in no.value.message
    assert pin not in no.value.message
    require_digits(pin)


@given(pins)
def test_every_other_pin_is_good(pin: str) -> None:
    if pin in easy():
        with pytest.raises(Refused):
            require_good(pin)
    else:
        require_good(pin)


def test_the_value_is_the_documented_hmac() -> None:
    said = b"quittance pin 1" + PERSON.bytes + SALT + b"246810"
    assert pin_mac(PEPPER, PERSON, SALT, "246810") == hmac.new(PEPPER, said, hashlib.sha256).digest()


@given(pins, pins)
def test_two_pins_have_two_values(one: str, other: str) -> None:
    same = same_mac(pin_mac(PEPPER, PERSON, SALT, one), pin_mac(PEPPER, PERSON, SALT, other))
    assert same == (one == other)


@given(pin=pins, flip=st.integers(0, 127))
def test_pepper_person_and_salt_are_each_bound(pin: str, flip: int) -> None:
    def flipped(data: bytes) -> bytes:
        return (int.from_bytes(data, "big") ^ (1 << flip)).to_bytes(len(data), "big")

    value = pin_mac(PEPPER, PERSON, SALT, pin)
    assert value != pin_mac(flipped(PEPPER), PERSON, SALT, pin)
    assert value != pin_mac(PEPPER, UUID(bytes=flipped(PERSON.bytes)), SALT, pin)
    assert value != pin_mac(PEPPER, PERSON, flipped(SALT), pin)


def test_a_salt_of_another_length_is_a_bug() -> None:
    # Fields of one length cannot be shifted into each other.
    with pytest.raises(AssertionError):
        pin_mac(PEPPER, PERSON, b"short", "246810")
