"""Ids begin with their millisecond, are valid version 7 UUIDs and never collide."""

import threading
from concurrent.futures import ThreadPoolExecutor
from uuid import RFC_4122, UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.core.uuid7 import floor_of, unix_ms_of, uuid7
from base.ids import database_now, new_id

moments = st.integers(0, 2**48 - 1)
entropy = st.binary(min_size=10, max_size=10)


@given(moments, entropy)
def test_version_variant_and_moment(unix_ms: int, random: bytes) -> None:
    made = uuid7(unix_ms, random)
    assert (made.version, made.variant) == (7, RFC_4122)
    assert unix_ms_of(made) == unix_ms


@given(moments, entropy, moments, entropy)
def test_they_sort_by_their_moment(one: int, first: bytes, two: int, second: bytes) -> None:
    if one != two:
        assert (uuid7(one, first) < uuid7(two, second)) == (one < two)


@given(moments, entropy)
def test_the_floor_of_a_moment_is_below_all_of_it_and_above_all_before(unix_ms: int, random: bytes) -> None:
    assert floor_of(unix_ms) <= uuid7(unix_ms, random)
    if unix_ms:
        assert uuid7(unix_ms - 1, b"\xff" * 10) < floor_of(unix_ms)


@given(moments, entropy, entropy)
def test_74_of_the_80_random_bits_are_used(unix_ms: int, one: bytes, other: bytes) -> None:
    same = uuid7(unix_ms, one) == uuid7(unix_ms, other)
    kept = (1 << 74) - 1
    assert same == (int.from_bytes(one, "big") & kept == int.from_bytes(other, "big") & kept)


def test_the_example_of_the_standard() -> None:
    """RFC 9562, appendix A.6."""
    rand = 0xCC3 << 62 | 0x18C4DC0C0C07398F
    made = uuid7(0x017F22E279B0, rand.to_bytes(10, "big"))
    assert made == UUID("017f22e2-79b0-7cc3-98c4-dc0c0c07398f")


@pytest.mark.parametrize(
    ("unix_ms", "random"), [(-1, bytes(10)), (2**48, bytes(10)), (0, bytes(9)), (0, b"")]
)
def test_what_cannot_be_is_a_bug(unix_ms: int, random: bytes) -> None:
    with pytest.raises(AssertionError):
        uuid7(unix_ms, random)


def test_the_floor_before_1970_is_the_smallest() -> None:
    assert floor_of(-5) == floor_of(0) == uuid7(0, bytes(10))


def test_a_hundred_thousand_new_ids_are_all_different() -> None:
    gate = threading.Barrier(4)

    def many(_: int) -> list[UUID]:
        gate.wait()
        return [new_id() for _ in range(25_000)]

    with ThreadPoolExecutor(4) as pool:
        made = [one for part in pool.map(many, range(4)) for one in part]
    assert len(set(made)) == 100_000


@pytest.mark.django_db
def test_new_ids_are_of_now() -> None:
    before = int(database_now().timestamp() * 1000)
    made = new_id()
    assert before - 2000 <= unix_ms_of(made) <= int(database_now().timestamp() * 1000) + 2000
    assert database_now().tzinfo is not None
