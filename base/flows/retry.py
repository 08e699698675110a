"""The one retry wrapper, for the outermost flow only.

PostgreSQL asks for a repeat of the *whole* transaction after a serialization failure, a deadlock
or a cut connection (documentation, 13.5). An unknown COMMIT is safe to repeat because every money
flow runs under a unique reference: the repeat finds the first.
"""

import functools
import secrets
import time
from collections.abc import Callable
from typing import TypeVar

from django.db import InterfaceError, NotSupportedError, OperationalError, connection
from psycopg_pool import PoolTimeout

TRIES = 5
SERIALIZATION_FAILURE, DEADLOCK = "40001", "40P01"
# "cached plan must not change result type": a migration changed a table under a prepared statement.
STALE_PLAN = "0A000"
T = TypeVar("T")


def retry(flow: Callable[..., T]) -> Callable[..., T]:
    """Wrap a flow: up to five tries with a short, growing, random rest between them."""

    @functools.wraps(flow)
    def tried(*args: object, **kwargs: object) -> T:
        for attempt in range(1, TRIES + 1):
            try:
                return flow(*args, **kwargs)
            except (OperationalError, InterfaceError, NotSupportedError) as error:
                if attempt == TRIES or connection.in_atomic_block or not may_repeat(error):
                    raise
                if getattr(error.__cause__, "sqlstate", None) == STALE_PLAN:
                    connection.close()
                connection.close_if_unusable_or_obsolete()
                time.sleep(secrets.randbelow(20 * 2**attempt) / 1000)
        raise AssertionError("unreachable")

    return tried


def may_repeat(error: BaseException) -> bool:
    """True for a serialization failure, a deadlock, a stale plan, or a connection that is gone."""
    if isinstance(error.__cause__, PoolTimeout):
        return False  # it has waited for a connection already; five times as long helps nobody
    sqlstate = getattr(error.__cause__, "sqlstate", None)
    if sqlstate in {SERIALIZATION_FAILURE, DEADLOCK, STALE_PLAN}:
        return True
    gone = sqlstate is None or sqlstate.startswith("08") or sqlstate in {"57P01", "57P02", "57P03"}
    return gone
