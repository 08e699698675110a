"""A pooled connection is looked at before it is used, and asked only when there is a reason.

A server that has ended, or has ended the connection, has said so: its last words wait in the socket, which
can be seen without a round trip. Whoever has not been used for a while is asked, since what stands between
may have forgotten it.
"""

import select
import time
from typing import Any
from weakref import WeakKeyDictionary

from django.db.backends.postgresql import base

IDLE_SECONDS = 10.0

_used_at: WeakKeyDictionary[Any, float] = WeakKeyDictionary()


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's, whose pool is used with `CONN_HEALTH_CHECKS` off: the check is here."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        while True:
            connection = super().get_new_connection(conn_params)
            if not self.pool or self._is_well(connection):
                return connection
            connection.close()
            self.pool.putconn(connection)  # which makes room for a new one

    def _is_well(self, connection: Any) -> bool:
        now = time.monotonic()
        idle = now - _used_at.get(connection, -IDLE_SECONDS)
        try:
            if idle >= IDLE_SECONDS or _has_something_to_say(connection):
                self.pool.check_connection(connection)
        except self.Database.Error:
            return False
        _used_at[connection] = now
        return True


def _has_something_to_say(connection: Any) -> bool:
    """Whether anything waits in the socket: the end, an error, a notice. Mostly nothing does."""
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    return bool(poll.poll(0))
