"""The payer's yes fits one amount, one payee and one payer; anything else is refused."""

import string
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.core.errors import Refused
from payments.core.confirmation import Shown, check, seal

KEY = b"k" * 32
SHOWN = Shown(
    session=UUID(int=1),
    version=3,
    person=UUID(int=2),
    merchant=UUID(int=4),
    currency="EUR",
    sale_minor=1190,
    tip_minor=100,
)
TOKEN = seal(SHOWN, expires=1000, key=KEY)
BASE64 = string.ascii_letters + string.digits + "-_"

shown = st.builds(
    Shown,
    session=st.uuids(),
    version=st.integers(1, 10**6),
    person=st.uuids(),
    merchant=st.uuids(),
    currency=st.sampled_from(["EUR", "VND", "USD"]),
    sale_minor=st.integers(1, 10**12),
    tip_minor=st.integers(0, 10**12),
)


def refusal(token: str, what: Shown = SHOWN, *, now: int = 999, key: bytes = KEY) -> str:
    try:
        check(token, what, now=now, key=key)
    except Refused as no:
        return no.code if no.status == 409 else f"{no.code} with status {no.status}"
    return ""


@given(shown, st.integers(1, 2**40))
def test_a_token_fits_what_it_was_made_for_until_it_expires(what: Shown, expires: int) -> None:
    token = seal(what, expires=expires, key=KEY)
    assert refusal(token, what, now=expires - 1) == ""
    assert refusal(token, what, now=expires) == "page_expired"


@given(shown, shown)
def test_a_token_fits_nothing_else(one: Shown, other: Shown) -> None:
    assert refusal(seal(one, expires=1000, key=KEY), other) == ("" if one == other else "amount_changed")


@pytest.mark.parametrize(
    "change",
    [
        {"session": UUID(int=9)},
        {"version": 4},
        {"person": UUID(int=9)},
        {"merchant": UUID(int=9)},
        {"currency": "USD"},
        {"sale_minor": 1191},
        {"tip_minor": 99},
        {"sale_minor": 1290, "tip_minor": 0},
    ],
)
def test_each_field_is_bound(change: dict[str, Any]) -> None:
    with pytest.raises(Refused) as no:
        check(TOKEN, replace(SHOWN, **change), now=999, key=KEY)
    assert no.value.code == "amount_changed"
    assert no.value.facts["total_minor"] == replace(SHOWN, **change).total_minor


def test_each_altered_character_is_refused() -> None:
    """All of them at all places, so also the bits that base64 leaves unused."""
    altered = {
        TOKEN[:place] + letter + TOKEN[place + 1 :]
        for place in range(len(TOKEN))
        for letter in BASE64
        if letter != TOKEN[place]
    }
    assert len(altered) >= 2000
    assert {refusal(token) for token in altered} == {"amount_changed"}


def test_a_later_expiry_cannot_be_written_in() -> None:
    later = seal(SHOWN, expires=2000, key=b"x" * 32)
    assert refusal(later[:11] + TOKEN[11:]) == "amount_changed"


@given(st.text(max_size=80))
def test_whatever_else_comes_is_refused(token: str) -> None:
    assert refusal(token) == ("" if token == TOKEN else "amount_changed")


@pytest.mark.parametrize(
    "token", ["", "A", "A" * 10, f"{TOKEN}=", f"{TOKEN}A", TOKEN[:-1], f" {TOKEN}", "é" * 54]
)
def test_near_tokens_are_refused(token: str) -> None:
    assert refusal(token) == "amount_changed"


def test_another_key_makes_another_token() -> None:
    assert refusal(TOKEN, key=b"y" * 32) == "amount_changed"
