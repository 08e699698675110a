"""UUIDv7 (RFC 9562 section 5.7), pure: time and randomness are arguments.

Random UUID keys scatter an index; a version 7 id begins with the millisecond, so new rows
stand side by side. PostgreSQL has uuidv7() only from 18 on, so we make them.
"""

from uuid import UUID


def uuid7(unix_ms: int, entropy: bytes) -> UUID:
    """Return the version 7 UUID of a moment.

    unix_ms: milliseconds since 1970 (48 bits). entropy: 10 random bytes.
    """
    assert 0 <= unix_ms < 1 << 48, unix_ms
    assert len(entropy) == 10, len(entropy)
    rand = int.from_bytes(entropy, "big")
    rand_a = (rand >> 62) & 0xFFF
    rand_b = rand & ((1 << 62) - 1)
    return UUID(int=unix_ms << 80 | 0x7 << 76 | rand_a << 64 | 0b10 << 62 | rand_b)


def unix_ms_of(value: UUID) -> int:
    """The millisecond a version 7 UUID was made in."""
    return value.int >> 80


def floor_of(unix_ms: int) -> UUID:
    """The smallest version 7 UUID of a millisecond: a cursor for "everything since"."""
    return uuid7(max(unix_ms, 0), bytes(10))
