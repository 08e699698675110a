"""New ids and the database's clock: the two things every row begins with."""

import secrets
import time
from datetime import datetime
from uuid import UUID

from django.db import connection

from base.core.uuid7 import uuid7


def new_id() -> UUID:
    """A fresh UUIDv7: sorts by the moment it was made."""
    return uuid7(time.time_ns() // 1_000_000, secrets.token_bytes(10))


def database_now() -> datetime:
    """The database's clock, read once: rates, limits and expiry use this moment, never a web server's."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]
