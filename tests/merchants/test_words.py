"""The check words: stable for ever, plain, and hard to mistake for one another."""

from collections import Counter
from hashlib import sha256
from itertools import combinations
from pathlib import Path
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

import merchants
from merchants.core.words import FIRST, SECOND, words_of

LIST = Path(merchants.__file__).parent / "data" / "check_words.txt"


def test_the_printed_list_never_changes() -> None:
    """Posters on walls carry these words: a changed list makes every one of them look swapped."""
    assert (
        sha256(LIST.read_bytes()).hexdigest()
        == "5a2383fc5b53b0e6cabf02d1aa2754e9edee74aef5797a8a642b15715bf8c392"
    )
    assert words_of(UUID("0190b1c2-1111-7222-8333-444455556666")) == ("tulip", "hammer")


def test_words_are_plain_and_distinct() -> None:
    assert len(set(FIRST) | set(SECOND)) == 512
    assert all(
        word.isascii() and word.isalpha() and word.islower() and 3 <= len(word) <= 9
        for word in FIRST + SECOND
    )


def test_no_two_words_of_a_column_are_easily_confused() -> None:
    """No shared first four letters, and never one letter changed, added or lost."""
    for column in (FIRST, SECOND):
        assert len({word[:4] for word in column}) == 256
        assert [pair for pair in combinations(column, 2) if one_letter_apart(*pair)] == []


def one_letter_apart(a: str, b: str) -> bool:
    if len(a) == len(b):
        return sum(x != y for x, y in zip(a, b, strict=True)) <= 1
    short, long = sorted((a, b), key=len)
    return len(long) - len(short) == 1 and any(long[:i] + long[i + 1 :] == short for i in range(len(long)))


def test_the_measure_of_confusion_itself() -> None:
    assert (
        one_letter_apart("boat", "coat")
        and one_letter_apart("pear", "pearl")
        and one_letter_apart("sail", "snail")
    )
    assert not one_letter_apart("harp", "sharper") and not one_letter_apart("lake", "kale")


@given(st.uuids())
def test_equal_ids_have_equal_words(code_id: UUID) -> None:
    first, second = words_of(code_id)
    assert first in FIRST and second in SECOND
    assert words_of(UUID(str(code_id))) == (first, second)


def test_neighbouring_ids_have_different_words() -> None:
    """Ids ordered by time differ in the last bits only; their words must not."""
    start = UUID("0190b1c2-1111-7222-8333-444455556666").int
    pairs = Counter(words_of(UUID(int=start + i)) for i in range(500))
    assert max(pairs.values()) <= 3 and len(pairs) > 490
    assert len({first for first, _ in pairs}) > 180  # of 256; even dice show about 219
