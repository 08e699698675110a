"""The signed link: only what we signed is read, and every wrong token gets one and the same answer."""

import random
from base64 import urlsafe_b64decode, urlsafe_b64encode
from uuid import UUID, uuid4

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from base.core.errors import Refused
from merchants.qr import STANDARDS
from merchants.qr.base import Code, Standard
from merchants.qr.link import LINK_LENGTH_MAX, TOKEN_LENGTH, Door, LinkKey, link, make_token, read_token
from merchants.qr.matrix import dark_runs, matrix

OLD = LinkKey(1, b"o" * 32)
NEW = LinkKey(2, b"n" * 32)
CODE_ID = UUID("0190b1c2-1111-7222-8333-444455556666")
TOKEN = make_token(CODE_ID, key=NEW)
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
BASE = "https://pay.example.com"


def raw_of(token: str) -> bytes:
    return urlsafe_b64decode(token + "==")


def token_of(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def assert_unknown(token: str, *keys: LinkKey) -> None:
    with pytest.raises(Refused) as no:
        read_token(token, keys=keys or (OLD, NEW))
    answer = (no.value.code, no.value.message, no.value.status, no.value.facts)
    assert answer == ("code_unknown", "This code is not one of ours. Nothing was paid.", 404, {})


@given(code_id=st.uuids(), key_id=st.integers(0, 255), secret=st.binary(min_size=32, max_size=64))
def test_a_token_is_read_back(code_id: UUID, key_id: int, secret: bytes) -> None:
    key = LinkKey(key_id, secret)
    token = make_token(code_id, key=key)
    assert read_token(token, keys=[key]) == code_id
    assert len(token) == TOKEN_LENGTH and set(token) <= set(ALPHABET)
    assert token == make_token(code_id, key=key)


def test_the_layout_is_a_promise_to_posters_already_printed() -> None:
    assert raw_of(TOKEN)[:2] == bytes([1, 2])
    assert UUID(bytes=raw_of(TOKEN)[2:18]) == CODE_ID
    assert TOKEN == "AQIBkLHCERFyIoMzRERVVWZmx_TY3nV-rAvcLCMjte97sQ"  # MAC from openssl


def test_every_flipped_bit_is_refused() -> None:
    raw = raw_of(TOKEN)
    for bit in range(8 * len(raw)):
        changed = bytearray(raw)
        changed[bit // 8] ^= 1 << bit % 8
        assert_unknown(token_of(bytes(changed)))


def test_every_other_character_at_every_place_is_refused() -> None:
    for place, right in enumerate(TOKEN):
        for wrong in ALPHABET.replace(right, "") + " +/=.\n\0é":
            assert_unknown(TOKEN[:place] + wrong + TOKEN[place + 1 :])


def test_the_unused_bits_of_the_last_character_are_checked() -> None:
    """34 bytes leave 4 bits over: 15 other spellings decode to the same bytes, none is accepted."""
    spellings = [TOKEN[:-1] + last for last in ALPHABET if raw_of(TOKEN[:-1] + last) == raw_of(TOKEN)]
    assert len(spellings) == 16
    for spelling in set(spellings) - {TOKEN}:
        assert_unknown(spelling)


def test_ten_thousand_altered_tokens_are_refused() -> None:
    dice = random.Random(18)  # the same drill every time
    for _ in range(10_000):
        raw = bytearray(raw_of(make_token(uuid4(), key=NEW)))
        for place in dice.sample(range(len(raw)), dice.randint(1, 6)):
            raw[place] ^= dice.randint(1, 255)
        assert_unknown(token_of(bytes(raw)))


def test_the_mac_of_another_code_is_refused() -> None:
    other = raw_of(make_token(uuid4(), key=NEW))
    assert_unknown(token_of(raw_of(TOKEN)[:18] + other[18:]))
    assert_unknown(token_of(other[:18] + raw_of(TOKEN)[18:]))


def test_another_key_is_refused_even_under_the_same_id() -> None:
    assert_unknown(make_token(CODE_ID, key=LinkKey(2, b"x" * 32)))
    assert_unknown(make_token(CODE_ID, key=LinkKey(3, NEW.secret)))
    assert_unknown(TOKEN, OLD)


@given(code_id=st.uuids(), door=st.sampled_from(Door), other=st.sampled_from(Door))
def test_a_token_opens_its_own_door_only(code_id: UUID, door: Door, other: Door) -> None:
    """One id, one key, two doors: a code to pay by never stands for a receipt, nor a receipt for a code."""
    token = make_token(code_id, key=NEW, door=door)
    if door is other:
        assert read_token(token, keys=[OLD, NEW], door=other) == code_id
    else:
        with pytest.raises(Refused, match="code_unknown"):
            read_token(token, keys=[OLD, NEW], door=other)


def test_no_two_doors_sign_or_stand_alike() -> None:
    paths, purposes = zip(*(door.value for door in Door), strict=True)
    assert len(set(paths)) == len(set(purposes)) == len(Door)
    # None begins another one, so that no id can fill the difference up.
    assert not any(a != b and a.startswith(b) for a in purposes for b in purposes)
    assert link(BASE, TOKEN, door=Door.RECEIPT) == f"{BASE}/r/{TOKEN}"


def test_keys_rotate_without_a_reprint() -> None:
    printed = make_token(CODE_ID, key=OLD)
    assert read_token(printed, keys=[NEW, OLD]) == CODE_ID
    assert read_token(TOKEN, keys=[NEW, OLD]) == CODE_ID
    assert_unknown(printed, NEW)


@pytest.mark.parametrize(
    "bad", ["", TOKEN[:-1], TOKEN + "A", TOKEN + "==", TOKEN + "\n", " " + TOKEN, "A" * 46]
)
def test_other_shapes_are_refused(bad: str) -> None:
    assert_unknown(bad)


@given(st.text(max_size=80) | st.text(alphabet=ALPHABET, min_size=46, max_size=46))
@example("\ud800" * 46)
@example("٠" * 46)
def test_random_text_is_only_ever_refused(text: str) -> None:
    assert_unknown(text)


@pytest.mark.parametrize(("key_id", "secret"), [(-1, b"s" * 32), (256, b"s" * 32), (0, b"s" * 31)])
def test_a_weak_or_impossible_key_is_a_bug(key_id: int, secret: bytes) -> None:
    with pytest.raises(AssertionError):
        LinkKey(key_id, secret)


def test_a_key_does_not_print_its_secret() -> None:
    assert "nnnn" not in repr(NEW)


def test_the_link_is_short_enough_for_large_modules() -> None:
    address = link(BASE, TOKEN)
    assert address == f"{BASE}/q/{TOKEN}" and len(address) == 72 <= 75
    assert len(matrix(address)) == 41  # version 6
    assert (
        len(matrix(link("https://" + "a" * 17, TOKEN))) == 41
    )  # 25 characters, the longest base for version 6
    drawn = STANDARDS["link"]
    assert isinstance(drawn, Standard) and drawn.payload(Code(BASE, TOKEN)) == address


@pytest.mark.parametrize(
    "base", ["pay.example.com", BASE + "/", "https://münchen.example", "https://" + "a" * 52]
)
def test_a_base_url_that_makes_bad_posters_is_a_bug(base: str) -> None:
    with pytest.raises(AssertionError):
        link(base, TOKEN)


def test_the_longest_link_is_still_version_8() -> None:
    address = link("https://" + "a" * 51, TOKEN)
    assert len(address) == LINK_LENGTH_MAX and len(matrix(address)) == 49


@given(st.lists(st.lists(st.booleans(), min_size=5, max_size=5), min_size=1, max_size=5))
def test_runs_cover_exactly_the_dark_modules(modules: list[list[bool]]) -> None:
    painted = [[False] * 5 for _ in modules]
    for y, x, run in dark_runs(modules):
        assert run > 0 and not any(painted[y][x : x + run])
        painted[y][x : x + run] = [True] * run
        assert (x == 0 or not modules[y][x - 1]) and (x + run == 5 or not modules[y][x + run])
    assert painted == modules
