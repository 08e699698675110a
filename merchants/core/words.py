"""Two plain words for a random id, so that two people can compare it by eye and by voice.

The words stand on the printed sheet and on the payer's page; a sticker pasted over a sheet
shows other words. The list is never changed once printed: a test pins its checksum.
"""

from hashlib import sha256
from pathlib import Path
from uuid import UUID

_PAIRS = [
    line.split() for line in (Path(__file__).parents[1] / "data" / "check_words.txt").read_text().splitlines()
]
FIRST = tuple(first for first, _ in _PAIRS)
SECOND = tuple(second for _, second in _PAIRS)
assert len(FIRST) == len(SECOND) == 256  # one byte chooses one word


def words_of(code_id: UUID) -> tuple[str, str]:
    """Two English words, e.g. ("amber", "violin"): one of 65,536 pairs, equal for equal ids.

    A help for the eye and no proof: two ids may share their words; the signature is the proof.
    Hashed first, because a time-ordered id has its first bytes in common with its neighbours.
    """
    digest = sha256(b"quittance check words" + code_id.bytes).digest()
    return FIRST[digest[0]], SECOND[digest[1]]
