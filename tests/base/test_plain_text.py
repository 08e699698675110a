"""What one person types and another reads: folded, short, and nothing hidden in it."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.core.errors import Refused
from base.core.plain_text import plain_text


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("", ""),
        ("  two \n words\t", "two words"),
        ("Tra\u0302\u0300n", "Trần"),
        ("نمی\u200cخواهم", "نمی\u200cخواهم"),
        ("<b>&", "<b>&"),
    ],
)
def test_it_is_folded(text: str, plain: str) -> None:
    assert plain_text(text, limit=20) == plain


@pytest.mark.parametrize("sign", ["\u202e", "\u200b", "\u2066", "\x00", "\x1b", "\ufeff", "\ue000"])
def test_what_cannot_be_seen_is_refused(sign: str) -> None:
    with pytest.raises(Refused, match="text_invalid"):
        plain_text(f"pay{sign}me", limit=20)


def test_too_long() -> None:
    assert plain_text("x" * 20, limit=20)
    with pytest.raises(Refused, match="text_too_long"):
        plain_text("x" * 21, limit=20)


@given(st.text(max_size=30))
def test_what_passes_is_one_line_and_stays_as_it_is(text: str) -> None:
    try:
        plain = plain_text(text, limit=40)
    except Refused:
        return
    assert plain_text(plain, limit=40) == plain
    assert not any(unicodedata.category(sign) in {"Cc", "Cf"} for sign in plain if sign not in "\u200c\u200d")
