"""UUIDv7 (RFC 9562 section 5.7), pure: time and randomness are arguments.

Random UUID keys scatter an index; a version 7 id begins with the millisecond, so new rows
stand side by side. PostgreSQL has uuidv7() only from 18 on, so we make them.
"""

from dataclasses import dataclass
from uuid import UUID

COUNTS = 1 << 12


def uuid7(unix_ms: int, count: int, entropy: bytes) -> UUID:
    """Return a version 7 UUID of a moment.

    unix_ms: milliseconds since 1970 (48 bits). count: 0 to 4095, its place within the millisecond
    (rand_a as a counter, section 6.2 method 1). entropy: 8 random bytes, of which 62 bits are used.
    """
    assert 0 <= unix_ms < 1 << 48, unix_ms
    assert 0 <= count < COUNTS, count
    assert len(entropy) == 8, len(entropy)
    rand_b = int.from_bytes(entropy, "big") & ((1 << 62) - 1)
    return UUID(int=unix_ms << 80 | 0x7 << 76 | count << 64 | 0b10 << 62 | rand_b)


@dataclass(slots=True)
class Sequence:
    """Gives each id of one process a later place than the one before, also within a millisecond.

    A batch's rows then stand side by side in an index, in the order in which they were made.
    """

    unix_ms: int = 0
    count: int = 0

    def next(self, now_ms: int) -> tuple[int, int]:
        """The place of the next id: (unix_ms, count). A clock that steps back is not followed."""
        if now_ms > self.unix_ms:
            self.unix_ms, self.count = now_ms, 0
        elif self.count + 1 < COUNTS:
            self.count += 1
        else:
            self.unix_ms, self.count = self.unix_ms + 1, 0
        return self.unix_ms, self.count


def unix_ms_of(value: UUID) -> int:
    """The millisecond a version 7 UUID was made in."""
    return value.int >> 80


def floor_of(unix_ms: int) -> UUID:
    """The smallest version 7 UUID of a millisecond: a cursor for "everything since"."""
    return uuid7(max(unix_ms, 0), 0, bytes(8))
