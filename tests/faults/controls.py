"""Controls: the same run with one guard taken away. An oracle that then finds nothing proves nothing.

Each takes its guard from the run's own database or its own processes, and names what must be found.
"""

import re
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass

from deploy.family import Process
from tests.faults.chaos import flush
from tests.faults.servers import House

Tend = Callable[[float], None]
_LOOK = re.compile(r"known := ARRAY\(.*?\);", re.DOTALL)  # in ledger_post: which references stand already
_UNIQUE = """
SELECT indexrelid::regclass::text FROM pg_index
WHERE indrelid = 'wallets_journal'::regclass AND indisunique AND NOT indisprimary
"""


@dataclass(frozen=True)
class Control:
    """must_find: the kind of finding it is for. without: processes that do not run.

    prepare: takes the guard away before the clients begin. finale: the last blow, while they still pay or
    just after; it is given the house, the clients' process, and how to wait while the house is tended.
    """

    must_find: str
    prepare: Callable[[House], None]
    finale: Callable[[House, Process, Tend], None]
    without: tuple[str, ...] = ()
    seconds: int = 5
    patience: float = 5.0


def leave_alone(house: House) -> None:
    """Nothing is taken away in the database."""


def end_kindly(house: House, clients: Process, wait: Tend) -> None:
    """No last blow."""


def commit_later(house: House) -> None:
    """COMMIT answers before its log is on disk, and nobody hurries to write it."""
    with house.superuser() as cursor:
        for setting, value in (
            ("synchronous_commit", "off"),
            ("wal_writer_delay", "10s"),
            ("wal_writer_flush_after", "1GB"),
        ):
            cursor.execute(f"ALTER SYSTEM SET {setting} = '{value}'")
        cursor.execute("SELECT pg_reload_conf()")


def stop_the_database(house: House, clients: Process, wait: Tend) -> None:
    """Immediate stops while the clients are paying; after each they go on for a little."""
    for _ in range(3):
        process = house.postgres.process
        assert process and house.owns_database()
        assert house.kill(process.pid, str(house.postgres.data), signal.SIGQUIT)
        process.wait()
        wait(1.5)


def lose_the_rings(house: House, clients: Process, wait: Tend) -> None:
    """The worker is away while the last payments are made, the broker is emptied before it is back."""
    house.keeper.send_away("worker")
    wait(2)
    clients.send_signal(signal.SIGTERM)
    while clients.poll() is None:
        wait(0.1)
    time.sleep(0.5)  # the bell of the web rings in a thread of its own
    assert flush(house), "the broker could not be emptied"
    house.keeper.call_back("worker")


def forget_references(house: House) -> None:
    """A reference may be posted again: it is no longer unique, and `ledger_post` does not look first."""
    with house.superuser() as cursor:
        names = [name for (name,) in cursor.execute(_UNIQUE)]
        assert names, "wallets_journal.reference is not unique: there is nothing to take away"
        for name in names:
            cursor.execute(f"DROP INDEX {name}")
        cursor.execute("SELECT pg_get_functiondef('ledger_post'::regproc)")
        blind, looks = _LOOK.subn("known := '{}';", (cursor.fetchone() or ("",))[0])
        assert looks == 1, "ledger_post looks its references up in another way now"
        cursor.execute(blind.encode())


CONTROLS = {
    "synchronous_commit": Control("lost", commit_later, stop_the_database),
    "scanner": Control("stuck", leave_alone, lose_the_rings, without=("settle", "beat")),
    "unique": Control("duplicated", forget_references, end_kindly),
}
