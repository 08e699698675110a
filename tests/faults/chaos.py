"""What is done to the service, by a schedule that a seed gives again, scaled to the length of the run.

A fault whose target is just not there (a worker that has not come back yet) waits for its next chance. Each
is sent only to what `House.own` and the run token say is ours.
"""

import signal
import socket
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

import psycopg

from deploy.roles import DATABASE
from tests.faults.servers import WEBS, House, children

FULL_SECONDS = 600.0
# In ten minutes (design: safety.md, T3).
FULL = {
    "worker_main_kills": 60,
    "worker_child_kills": 60,
    "broker_kills": 10,
    "broker_flushes": 5,
    "database_stops": 10,
    "connections_cut": 40,
    "web_kills": 10,
    "freezes": 5,
}
FREEZE_SECONDS = 20.0
AWAY_SECONDS = (0.0, 3.0)
FROZEN = ("web", "worker", "database connection", "valkey", "settle")
_BACKENDS = """
SELECT pid FROM pg_stat_activity
WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
ORDER BY pid
"""


@dataclass(frozen=True, order=True)
class Due:
    """One fault of the schedule. at: seconds from the beginning of the run."""

    at: float
    kind: str
    number: int


def schedule(seconds: float, seed: int) -> list[Due]:
    """Each kind spread evenly with jitter, each at least once, in order of time."""
    rnd, found = Random(seed), []
    for kind, full in FULL.items():
        number = max(1, round(full * seconds / FULL_SECONDS))
        last = seconds - freeze_seconds(seconds) if kind == "freezes" else seconds
        for index in range(number):
            found.append(Due((index + rnd.random()) * last * 0.98 / number, kind, index))
    return sorted(found)


def freeze_seconds(seconds: float) -> float:
    """Twenty seconds, less in a run that is short itself."""
    return min(FREEZE_SECONDS, seconds / 6)


class Chaos:
    """Carries a schedule out; `tick` is called over and over by the one thread that starts processes."""

    def __init__(self, house: House, seconds: float, seed: int) -> None:
        self.house, self.rnd = house, Random(seed + 1)
        self.due = schedule(seconds, seed)
        self.freeze_seconds = freeze_seconds(seconds)
        self.done: Counter[str] = Counter({kind: 0 for kind in FULL})
        self.frozen: list[tuple[float, int, str]] = []  # until when, pid, its command's word
        self.targets = list(FROZEN)
        self.rnd.shuffle(self.targets)
        self.acts: dict[str, Callable[[], bool]] = {
            "worker_main_kills": lambda: self.kill("worker", "celery"),
            "worker_child_kills": self.kill_child,
            "broker_kills": self.kill_broker,
            "broker_flushes": lambda: flush(house),
            "database_stops": self.stop_database,
            "connections_cut": self.cut_connection,
            "web_kills": lambda: self.kill(self.rnd.choice(WEBS), "uvicorn"),
            "freezes": self.freeze,
        }

    def tick(self, elapsed: float) -> None:
        """Do what is due; what finds no target stays due."""
        self.thaw()
        for due in [each for each in self.due if each.at <= elapsed]:
            try:
                happened = self.acts[due.kind]()
            except psycopg.OperationalError:  # the database is away just now
                happened = False
            if happened:
                self.due.remove(due)
                self.done[due.kind] += 1

    def thaw(self, *, everything: bool = False) -> None:
        """Let those go on whose time is over, or all."""
        for each in list(self.frozen):
            until, pid, word = each
            if everything or time.monotonic() >= until:
                self.house.kill(pid, word, signal.SIGCONT)
                self.frozen.remove(each)

    # --- the faults: True when one happened --------------------------------------------------

    def kill(self, name: str, word: str) -> bool:
        """SIGKILL to one process of the service."""
        process = self.house.keeper.processes.get(name)
        return process is not None and self.house.kill(process.pid, word, signal.SIGKILL)

    def kill_child(self) -> bool:
        """SIGKILL to one of the worker's children, while the main process lives on."""
        worker = self.house.keeper.processes.get("worker")
        found = children(worker.pid) if worker else []
        return bool(found) and self.house.kill(self.rnd.choice(found), "celery", signal.SIGKILL)

    def kill_broker(self) -> bool:
        """SIGKILL to Valkey, which is away for a moment."""
        process = self.house.valkey.process
        if not process or not self.house.kill(process.pid, "-server", signal.SIGKILL):
            return False
        self.away("valkey")
        process.wait()
        return True

    def stop_database(self) -> bool:
        """What `pg_ctl stop -m immediate` does: no checkpoint; the next start recovers from the log."""
        process = self.house.postgres.process
        if not process or not self.house.owns_database():
            return False
        if not self.house.kill(process.pid, str(self.house.postgres.data), signal.SIGQUIT):
            return False
        self.away("postgres")
        process.wait()
        return True

    def cut_connection(self) -> bool:
        """pg_terminate_backend for one connection of the service."""
        if not self.house.owns_database():
            return False
        with self.house.superuser() as cursor:
            pids = [pid for (pid,) in cursor.execute(_BACKENDS)]
            if not pids:
                return False
            cursor.execute("SELECT pg_terminate_backend(%s)", [self.rnd.choice(pids)])
            return True

    def freeze(self) -> bool:
        """SIGSTOP to one process, for twenty seconds: each time another one of the list."""
        name = self.targets[0]
        pid, word = self.freezable(name)
        if not pid or not self.house.kill(pid, word, signal.SIGSTOP):
            return False
        self.frozen.append((time.monotonic() + self.freeze_seconds, pid, word))
        self.targets.append(self.targets.pop(0))
        return True

    def freezable(self, name: str) -> tuple[int, str]:
        """The process behind a name, and the word its command must hold."""
        if name == "database connection":
            with self.house.superuser() as cursor:
                pids = [pid for (pid,) in cursor.execute(_BACKENDS)]
            return (self.rnd.choice(pids) if pids else 0), f"postgres: quittance_app {DATABASE}"
        if name == "valkey":
            return (self.house.valkey.process.pid if self.house.valkey.process else 0), "-server"
        words = {"web": "uvicorn", "worker": "celery", "settle": "settle_loop"}
        process = self.house.keeper.processes.get(self.rnd.choice(WEBS) if name == "web" else name)
        return (process.pid if process else 0), words[name]

    def away(self, name: str) -> None:
        """When a server that was just killed may come back."""
        self.house.down[name] = time.monotonic() + self.rnd.uniform(*AWAY_SECONDS)


def flush(house: House) -> bool:
    """FLUSHALL: what the broker knew is gone."""
    return tell_broker(house, "FLUSHALL") == "+OK"


def rings_waiting(house: House) -> int:
    """How many rings lie in the broker that no worker has taken."""
    return int(tell_broker(house, "LLEN celery").lstrip(":") or 0)


def tell_broker(house: House, command: str) -> str:
    """One command to this run's Valkey (only it knows the password); "" when it is away."""
    try:
        with socket.create_connection(("127.0.0.1", house.valkey.port), 1) as line:
            line.sendall(f"AUTH {house.valkey.password}\r\n{command}\r\n".encode())
            with line.makefile("r") as answer:
                return answer.readline() and answer.readline().strip()
    except OSError:
        return ""
