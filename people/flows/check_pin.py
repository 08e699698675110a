"""Check a PIN: the try is counted and committed first, and only then compared.

However many arrive at once, at most five wrong ones are ever compared between two right ones, and a
process that dies between counting and comparing has spent its try. The price is two small commits, which is
why a PIN is never checked inside another transaction.
"""

import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from base.core.errors import Refused
from base.flows.record import audit_line
from base.flows.retry import retry
from people.core.pin import pin_mac, require_digits, same_mac
from people.flows.set_pin import active_key_id
from people.flows.tell import tell
from people.models import MAX_WRONG_TRIES, Pin

# Right tries in flight hold counted places for a moment; how long another waits for one of them.
WAIT_SECONDS = 2.0

# A transaction by itself: one statement, outside of any other.
_CLAIM = "SELECT key_id, salt, mac, number FROM people_count_try(%s, %s)"
# The salt stands for "the same PIN still": one that was changed meanwhile is not forgiven by the old one.
# Forgiving need not wait for the disk: a crash that loses it has spent a try, which is the safe side.
_FORGIVE = """
WITH quick AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true))
SELECT people_forgive_pin(%s, %s, %s, %s) FROM quick
"""
# A right try may have come in between and emptied the count: then there is nothing to block.
_BLOCK_WHEN_FULL = """
UPDATE people_pin SET blocked_at = CASE WHEN wrong_tries >= %s THEN now() END
WHERE person_id = %s AND blocked_at IS NULL
RETURNING wrong_tries, blocked_at IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class Try:
    """A counted try: what to compare with, and its number in the count if it turns out wrong."""

    key_id: int
    salt: bytes
    mac: bytes
    number: int


@dataclass(frozen=True, slots=True)
class RightPin:
    """A right try that is still counted, and the value under the active pepper: what forgiving it writes."""

    person: UUID
    salt: bytes
    key_id: int
    mac: bytes


def check_pin(*, person_id: UUID, pin: str) -> None:
    """Return if the PIN is right; every other outcome is a Refused, as `right_pin` says."""
    if not forgive_pin(right_pin(person_id=person_id, pin=pin)):
        raise pin_blocked()


@retry
def right_pin(*, person_id: UUID, pin: str, counted: Try | None = None) -> RightPin:
    """Compare a counted try; a right one stays counted until it is forgiven, which the caller must do.

    counted: the try, where another statement has counted it already (`people_count_try`).
    Refused: pin_malformed (400, not counted), pin_wrong (403, fact tries_left), pin_blocked (403),
    pin_missing (409). A cut connection spends one try more.
    RuntimeError inside an open transaction: the count must be committed by itself.
    """
    require_digits(pin)
    counted = counted or _claim_or_wait(person_id)
    mac = pin_mac(settings.PIN_PEPPERS[counted.key_id], person_id, counted.salt, pin)
    if not same_mac(mac, counted.mac):
        raise _wrong(person_id, counted.number)
    key_id = active_key_id()
    if key_id != counted.key_id:
        mac = pin_mac(settings.PIN_PEPPERS[key_id], person_id, counted.salt, pin)
    return RightPin(person_id, counted.salt, key_id, mac)


@retry
def forgive_pin(right: RightPin) -> bool:
    """Empty the count and move the value under the active pepper; False if the PIN is blocked or replaced."""
    with connection.cursor() as cursor:
        cursor.execute(_FORGIVE, [right.person, right.salt, right.key_id, right.mac])
        return bool(cursor.fetchone()[0])


def _claim_or_wait(person_id: UUID) -> Try:
    deadline = time.monotonic() + WAIT_SECONDS
    while (counted := _claim(person_id)) is None:
        found = Pin.objects.filter(person_id=person_id).only("blocked_at").first()
        if found is None:
            raise Refused("pin_missing", "You have no PIN yet. Set one, then come back.", status=409)
        if found.blocked_at is not None or time.monotonic() > deadline:
            raise pin_blocked()
        time.sleep((5 + secrets.randbelow(20)) / 1000)
    return counted


def _claim(person_id: UUID) -> Try | None:
    refuse_inside_transaction()
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [person_id, MAX_WRONG_TRIES])
        return counted_try(cursor.fetchone())


def counted_try(row: Sequence[Any] | None) -> Try | None:
    """The answer of `people_count_try`: None where no try was counted."""
    if row is None or row[0] is None:
        return None
    return Try(row[0], bytes(row[1]), bytes(row[2]), row[3])


def refuse_inside_transaction() -> None:
    """RuntimeError where a count would not be committed by itself."""
    blocks = connection.atomic_blocks
    if blocks and not getattr(blocks[-1], "_from_testcase", False):  # as `durable` looks
        raise RuntimeError("a PIN is never checked inside another transaction")


def _wrong(person_id: UUID, number: int) -> Refused:
    if number < MAX_WRONG_TRIES:
        return _not_right(MAX_WRONG_TRIES - number)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_BLOCK_WHEN_FULL, [MAX_WRONG_TRIES, person_id])
            row = cursor.fetchone()
        if row is None:
            return pin_blocked()
        wrong_tries, blocked = row
        if not blocked:
            return _not_right(MAX_WRONG_TRIES - wrong_tries)
        audit_line(actor_id=person_id, action="pin.blocked", subject=person_id)
        tell(
            person_id=person_id,
            subject="Your PIN is blocked",
            body="Somebody who is signed in as you entered a wrong PIN five times. "
            "Nothing can be paid with it now.\n\n"
            f"If it was you, set a new PIN: {settings.BASE_URL}/pin/\n"
            f"If it was not, change your password at once: {settings.BASE_URL}/accounts/password/change/\n",
        )
    return pin_blocked()


def _not_right(left: int) -> Refused:
    tries = "1 try is" if left == 1 else f"{left} tries are"
    return Refused("pin_wrong", f"This PIN is not right. {tries} left.", status=403, tries_left=left)


def pin_blocked() -> Refused:
    """What is said after five wrong tries."""
    return Refused(
        "pin_blocked", "Your PIN is blocked after five wrong tries. Set a new one by mail.", status=403
    )
