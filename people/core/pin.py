"""The payer's PIN: what may be one, and the value that is stored in its place.

Six digits can be guessed offline under any hash, so nothing here is a slow hash: the stored value is an
HMAC under a pepper that stands outside the database, as card schemes do. Whoever has only the rows has
nothing to guess against.
"""

import hmac
import re
from itertools import pairwise
from uuid import UUID

from base.core.errors import Refused

PIN_DIGITS = 6
SALT_BYTES = 16

# [0-9], never \d: \d also takes full-width and Arabic digits.
_SHAPE = re.compile(rf"\A[0-9]{{{PIN_DIGITS}}}\Z")
# The step from one digit to the next, round the circle of ten: all equal, straight up, straight down.
_EASY_STEPS = ({0}, {1}, {9})
_PURPOSE = b"quittance pin 1"


def has_digits(pin: str) -> bool:
    """Whether `pin` is six ASCII digits, and so worth a try."""
    return _SHAPE.match(pin) is not None


def require_digits(pin: str) -> None:
    """Refused("pin_malformed") unless `pin` is six ASCII digits."""
    if not has_digits(pin):
        raise Refused("pin_malformed", f"A PIN is {PIN_DIGITS} digits, nothing else.")


def require_good(pin: str) -> None:
    """What a new PIN must be: six digits, not 000000 and not a run such as 123456, 654321 or 789012.

    Refused: pin_malformed, pin_too_easy (30 of the million are).
    """
    require_digits(pin)
    digits = [int(digit) for digit in pin]
    if {(after - before) % 10 for before, after in pairwise(digits)} in _EASY_STEPS:
        raise Refused(
            "pin_too_easy",
            "This PIN is among the first that a thief tries. Take one without a run and not one digit alone.",
        )


def pin_mac(pepper: bytes, person_id: UUID, salt: bytes, pin: str) -> bytes:
    """The stored value, 32 bytes: HMAC-SHA256(pepper, purpose, person id, salt, PIN), all of fixed length."""
    assert len(salt) == SALT_BYTES, "a PIN's salt is 16 bytes"
    return hmac.digest(pepper, _PURPOSE + person_id.bytes + salt + pin.encode("ascii"), "sha256")


def same_mac(one: bytes, other: bytes) -> bool:
    """Compare two values in a time that does not tell where they differ."""
    return hmac.compare_digest(one, other)
