"""Ids begin with their millisecond, are valid version 7 UUIDs and never collide."""

import threading
from concurrent.futures import ThreadPoolExecutor
from uuid import RFC_4122, UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.core.uuid7 import COUNTS, Sequence, floor_of, unix_ms_of, uuid7
from base.ids import database_now, new_id

moments = st.integers(0, 2**48 - 1)
counts = st.integers(0, COUNTS - 1)
places = st.tuples(moments, counts)
entropy = st.binary(min_size=8, max_size=8)


@given(moments, counts, entropy)
def test_version_variant_and_moment(unix_ms: int, count: int, random: bytes) -> None:
    made = uuid7(unix_ms, count, random)
    assert (made.version, made.variant) == (7, RFC_4122)
    assert unix_ms_of(made) == unix_ms


@given(places, entropy, places, entropy)
def test_they_sort_by_their_place(
    one: tuple[int, int], first: bytes, two: tuple[int, int], second: bytes
) -> None:
    if one != two:
        assert (uuid7(*one, first) < uuid7(*two, second)) == (one < two)


@given(moments, counts, entropy)
def test_the_floor_of_a_moment_is_below_all_of_it_and_above_all_before(
    unix_ms: int, count: int, random: bytes
) -> None:
    assert floor_of(unix_ms) <= uuid7(unix_ms, count, random)
    if unix_ms:
        assert uuid7(unix_ms - 1, COUNTS - 1, b"\xff" * 8) < floor_of(unix_ms)


@given(moments, entropy, entropy)
def test_62_of_the_64_random_bits_are_used(unix_ms: int, one: bytes, other: bytes) -> None:
    same = uuid7(unix_ms, 7, one) == uuid7(unix_ms, 7, other)
    kept = (1 << 62) - 1
    assert same == (int.from_bytes(one, "big") & kept == int.from_bytes(other, "big") & kept)


@given(st.integers(0, 2**40), st.lists(st.integers(-5, 3), max_size=60))
def test_places_only_rise_whatever_the_clock_does(start: int, steps: list[int]) -> None:
    sequence, now, given_out = Sequence(), start + 1000, []
    for step in steps:
        now += step
        given_out.append(sequence.next(now))
    assert given_out == sorted(set(given_out))


def test_a_full_millisecond_goes_on_in_the_next() -> None:
    sequence = Sequence()
    given_out = [sequence.next(1000) for _ in range(COUNTS + 1)]
    assert given_out[0] == (1000, 0) and given_out[-2:] == [(1000, COUNTS - 1), (1001, 0)]


def test_the_example_of_the_standard() -> None:
    """RFC 9562, appendix A.6."""
    made = uuid7(0x017F22E279B0, 0xCC3, bytes.fromhex("18C4DC0C0C07398F"))
    assert made == UUID("017f22e2-79b0-7cc3-98c4-dc0c0c07398f")


@pytest.mark.parametrize(
    ("unix_ms", "count", "random"),
    [(-1, 0, bytes(8)), (2**48, 0, bytes(8)), (0, -1, bytes(8)), (0, COUNTS, bytes(8)), (0, 0, bytes(9))],
)
def test_what_cannot_be_is_a_bug(unix_ms: int, count: int, random: bytes) -> None:
    with pytest.raises(AssertionError):
        uuid7(unix_ms, count, random)


def test_the_floor_before_1970_is_the_smallest() -> None:
    assert floor_of(-5) == floor_of(0) == uuid7(0, 0, bytes(8))


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
