"""What a scanner reads, sorted by its form, and the check digit that notices a wrong one."""

from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.core.shown_code import (
    Kind,
    Scanned,
    has_check_digit,
    hash_of_id,
    in_groups,
    mac_of_digits,
    read_scanned,
    with_check_digit,
)

BASE = "https://pay.example"
bodies = st.text("0123456789", min_size=11, max_size=11)


@given(bodies, st.integers(0, 11), st.integers(1, 9))
def test_one_wrong_digit_is_noticed(body: str, place: int, more: int) -> None:
    digits = with_check_digit(body)
    assert has_check_digit(digits) and digits.startswith(body) and len(digits) == 12
    wrong = str((int(digits[place]) + more) % 10)
    assert not has_check_digit(digits[:place] + wrong + digits[place + 1 :])


@given(bodies)
def test_two_swapped_digits_are_noticed_but_for_nine_and_nought(body: str) -> None:
    digits = with_check_digit(body)
    for place, (one, other) in enumerate(pairwise(digits)):
        swapped = digits[:place] + other + one + digits[place + 2 :]
        assert has_check_digit(swapped) == (one == other or {one, other} == {"0", "9"})


def test_a_known_number() -> None:
    """The example of ISO/IEC 7812: 7992739871 has the check digit 3."""
    assert with_check_digit("07992739871") == "079927398713"


@given(bodies, st.sampled_from(["", " ", "-", "\t"]))
def test_digits_are_read_however_they_are_grouped(body: str, gap: str) -> None:
    digits = with_check_digit(body)
    typed = f" {gap.join([digits[:4], digits[4:8], digits[8:]])}\r\n"
    assert read_scanned(typed, base_url=BASE) == Scanned(Kind.DIGITS, digits)
    assert read_scanned(in_groups(digits), base_url=BASE) == Scanned(Kind.DIGITS, digits)


@pytest.mark.parametrize(
    ("text", "kind", "said"),
    [
        (f"{BASE}/c/abc", Kind.CUSTOMER, "abc"),
        (f"  {BASE}/q/abc\n", Kind.SIGN, "abc"),
        (f"{BASE}/r/abc", Kind.RECEIPT, "abc"),
        (f"{BASE}/w/abc", Kind.WALLET, "abc"),
        (f"{BASE}/c/", Kind.OTHER, ""),
        (f"{BASE}/x/abc", Kind.OTHER, ""),
        (f"{BASE}", Kind.ELSEWHERE, "pay.example"),
        (f"{BASE}.evil.example/c/abc", Kind.ELSEWHERE, "pay.example.evil.example"),
        (f"{BASE}@evil.example/c/abc", Kind.ELSEWHERE, "evil.example"),
        ("http://pay.example/c/abc", Kind.ELSEWHERE, "pay.example"),
        ("https://[half", Kind.ELSEWHERE, ""),
        ("123456789012", Kind.MISTYPED, ""),
        ("１２３４５６７８９０１２", Kind.OTHER, ""),
        ("00020101021126", Kind.OTHER, ""),
        ("", Kind.OTHER, ""),
    ],
)
def test_kinds(text: str, kind: Kind, said: str) -> None:
    assert read_scanned(text, base_url=BASE) == Scanned(kind, said)


@given(st.text(max_size=600))
def test_any_text_has_a_kind(text: str) -> None:
    assert read_scanned(text, base_url=BASE).kind in Kind


@given(st.uuids(), bodies)
def test_what_is_kept_is_neither_the_id_nor_the_digits(secret_id: UUID, body: str) -> None:
    digits = with_check_digit(body)
    assert secret_id.bytes not in hash_of_id(secret_id)
    assert mac_of_digits(digits, key=b"one") != mac_of_digits(digits, key=b"two")
