"""Real threads on the real database: started together, each with its own connection, each answer kept."""

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connection

from base.core.errors import Refused
from base.owner import as_owner
from people.models import Pin
from reports.flows.audit import audit


class Crew:
    """Threads that keep their connections from one race to the next: `with Crew(20) as crew:`."""

    def __init__(self, size: int) -> None:
        self.size, self.pool = size, ThreadPoolExecutor(size)

    def __enter__(self) -> "Crew":
        return self

    def __exit__(self, *_: object) -> None:
        # The gate gives one of these to each thread, which closes the connection of its own.
        self.at_once(*[lambda: connection.close()] * self.size)
        self.pool.shutdown()

    def at_once(self, *acts: Callable[[], Any]) -> list[Any]:
        """Run all acts at the same moment; their results in order, a refusal as its code ("over_cap").

        Whatever else an act raises is raised here: in a race, too, every answer is a yes or an expected no.
        """
        gate = threading.Barrier(len(acts))

        def run(act: Callable[[], Any]) -> Any:
            gate.wait(timeout=60)
            try:
                return act()
            except Refused as no:
                return no.code

        return list(self.pool.map(run, acts))


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """One race, as `Crew.at_once`; its threads and their connections end with it."""
    with Crew(len(acts)) as crew:
        return crew.at_once(*acts)


def start(act: Callable[[], Any]) -> Callable[[], Any]:
    """Run one act in the background; call what comes back to wait for its answer."""
    pool = ThreadPoolExecutor(1)
    future = pool.submit(at_once, act)
    pool.shutdown(wait=False)
    return lambda: future.result(timeout=60)[0]


def wait_for(done: Callable[[], bool], *, seconds: float = 30) -> None:
    """Ask until it is so; fail when it does not come to be."""
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


def waiting() -> int:
    """How many connections to this database wait for a lock, rows and advisory locks alike."""
    # Only the owner, who made all the connections, may see what they wait for.
    with as_owner(connection), connection.cursor() as cursor:
        # A transaction sees who does what as it first looked, unless it asks to look again.
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        count: int = cursor.fetchone()[0]
        return count


def patient(act: Callable[[], Any]) -> Callable[[], Any]:
    """The same act, asked again while it is told to wait.

    Of one person's PIN tries five are in flight at a time; one that stood in line for two seconds is
    sent away, on a slow machine even without a wrong try. A payer would tap again.
    """

    def tried() -> Any:
        for _ in range(20):
            try:
                return act()
            except Refused as no:
                blocked = Pin.objects.filter(blocked_at__isnull=False).exists()
                if no.code != "still_working" and (no.code != "pin_blocked" or blocked):
                    raise
        raise AssertionError("told to wait for ever")

    return tried


def assert_clean() -> None:
    """Whatever happened, the books hold."""
    assert audit() == []


def same(act: Callable[[], Any], times: int) -> Sequence[Callable[[], Any]]:
    """The same act for each of so many threads."""
    return [act] * times
