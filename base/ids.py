"""New ids and the database's clock: the two things every row begins with."""

import secrets
import threading
import time
from datetime import datetime
from uuid import UUID

from django.db import connection

from base.core.uuid7 import Sequence, uuid7

_places = Sequence()
_one_at_a_time = threading.Lock()


def new_id() -> UUID:
    """A fresh UUIDv7: sorts by the moment it was made, and behind every earlier one of this process."""
    with _one_at_a_time:
        unix_ms, count = _places.next(time.time_ns() // 1_000_000)
    return uuid7(unix_ms, count, secrets.token_bytes(8))


def database_now() -> datetime:
    """The database's clock, read once: rates, limits and expiry use this moment, never a web server's."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]
