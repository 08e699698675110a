"""The service under fire: servers of its own in a temporary folder, each process begun again when it dies.

Starting again is what systemd does in production. Nothing is ever killed that `own` has not said is ours:
below this very process, with the words of its command, and over the data folder of this run.
"""

import contextlib
import os
import secrets
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from subprocess import DEVNULL, STDOUT
from typing import Any

import psycopg

from deploy import environment, ports
from deploy.environment import MANAGE, PYTHON, without_owner
from deploy.family import Family, Process
from deploy.folder import Folder
from deploy.postgres import command_of, forget
from deploy.roles import DATABASE
from deploy.servers import Servers
from deploy.start import answers, serve

START_SECONDS = 60.0
WEBS = ("web", "web-2")  # two, as behind a proxy: each on a core, and one is left when the other is gone
DJANGO = "import django; django.setup(); from tests.faults import {0}; {0}.main()"


class Keeper:
    """Starts processes, and starts them again when they have died, after a short pause."""

    def __init__(self, family: Family, logs: Path, without: Sequence[str]) -> None:
        """without: names that are not to run (a control)."""
        self.family, self.logs, self.without = family, logs, without
        self.recipes: dict[str, tuple[Sequence[str], dict[str, str]]] = {}
        self.processes: dict[str, Process] = {}
        self.starts: dict[str, int] = {}

    def start(self, name: str, command: Sequence[str], environment: dict[str, str]) -> None:
        """Remember how, and start."""
        if name not in self.without:
            self.recipes[name] = command, environment
            self._spawn(name)

    def tend(self) -> None:
        """Bury the dead with all their children, and start them again."""
        for name, process in list(self.processes.items()):
            if process.poll() is not None:
                self.family.bury(process)
                self._spawn(name)

    def send_away(self, name: str) -> None:
        """Kill a process with its children, and leave it dead."""
        self.family.bury(self.processes.pop(name))

    def call_back(self, name: str) -> None:
        """Start one that was sent away."""
        self._spawn(name)

    def _spawn(self, name: str) -> None:
        command, env = self.recipes[name]
        self.starts[name] = self.starts.get(name, 0) + 1
        with (self.logs / f"{name}.log").open("ab") as log:
            self.processes[name] = self.family.spawn(
                command, env=env, cwd=environment.ROOT, stdin=DEVNULL, stdout=log, stderr=STDOUT
            )


class House:
    """PostgreSQL with full durability, Valkey, and the processes of the service."""

    def __init__(self, place: Path, *, without: Sequence[str] = ()) -> None:
        self.folder = Folder(place)
        self.token = secrets.token_hex(16)
        self.family = Family(keep=[self.folder.lock_file.fileno()])
        self.servers = Servers(self.folder.path, {}, self.family)
        assert self.servers.postgres and self.servers.valkey, "servers of others are never taken"
        self.postgres, self.valkey = self.servers.postgres, self.servers.valkey
        self.keeper = Keeper(self.family, self.folder.logs, without)
        self.held = [ports.choose(self.folder, "127.0.0.1", None) for _ in WEBS]
        self.ports: list[int] = [held.getsockname()[1] for held in self.held]
        self.down: dict[str, float] = {}  # a server that is away: when it may come back

    # --- begin and end ----------------------------------------------------------------------

    def start(self, given: dict[str, str]) -> None:
        """Servers, schema, token. given: the environment without any servers in it."""
        self.servers.start()
        url = f"http://127.0.0.1:{self.ports[0]}"
        self.env = environment.complete(given, self.folder, self.servers.environment(), url)
        # Each web is one process, so that killing it kills it.
        self.env["WEB_CONCURRENCY"] = "1"
        self.env |= {"DJANGO_SETTINGS_MODULE": "config.settings", "PORT": str(self.ports[0])}
        self.run("migrate", [*MANAGE, "migrate", "--no-input", "--verbosity=0"], self.env)
        with self.superuser() as cursor:
            cursor.execute(f"COMMENT ON DATABASE {DATABASE} IS 'fault run {self.token}'")

    def serve(self) -> None:
        """The processes as ./run starts them, a second web, and the echo; returns when pages are answered."""
        first, second = self.ports
        serve(self.keeper, self.env, "127.0.0.1", first)
        command, env = self.keeper.recipes["web"]
        self.keeper.start(WEBS[1], [str(second) if word == str(first) else word for word in command], env)
        echo = [PYTHON, "-c", DJANGO.format("echo"), str(self.folder.path / "echoes")]
        self.keeper.start("echo", echo, without_owner(self.env))
        deadline = time.monotonic() + START_SECONDS
        while not all(answers(port) for port in self.ports):
            assert time.monotonic() < deadline, f"the web does not answer: see {self.folder.logs}"
            time.sleep(0.05)

    def run(self, name: str, command: Sequence[str], env: dict[str, str]) -> str:
        """Run a command to its end; what it said, also in the logs. AssertionError when it failed."""
        code, said = self.family.run(command, env=env, cwd=environment.ROOT)
        (self.folder.logs / f"{name}.log").write_text(said)
        assert code == 0, f"{name} failed:\n{said[-3000:]}"
        return said

    def stop(self) -> None:
        """End everything; the folder stays."""
        self.keeper.processes.clear()
        self.servers.stop()
        self.family.close()
        for held in self.held:
            held.close()
        forget(self.folder.path / "postgres")

    # --- while it runs -----------------------------------------------------------------------

    def tend(self) -> None:
        """Start again what has died: a process at once, a server when its time away is over."""
        self.keeper.tend()
        for name, server in (("postgres", self.postgres), ("valkey", self.valkey)):
            assert server.process, f"{name} was never started"
            if server.process.poll() is None:
                continue
            if time.monotonic() >= self.down.setdefault(name, time.monotonic()):
                self.family.bury(server.process)
                server.start()
                del self.down[name]

    @contextlib.contextmanager
    def superuser(self) -> Iterator["psycopg.Cursor[Any]"]:
        """A cursor of the superuser on this run's database, through its own socket."""
        url = self.postgres.url("postgres", DATABASE)
        with psycopg.connect(url, autocommit=True, connect_timeout=5) as connection:
            found = connection.execute("SHOW data_directory").fetchone()
            assert found == (str(self.postgres.data),), "this is not the server of this run"
            yield connection.cursor()

    # --- what is ours ----------------------------------------------------------------------

    def own(self, pid: int, word: str) -> bool:
        """Whether a process is alive, runs a command with this word in it, and was started by this run."""
        return word in command_of(str(pid)) and bool({parent.pid for parent in self.living} & lineage(pid))

    @property
    def living(self) -> list[Process]:
        """What this run has started and not yet buried."""
        return [process for process in self.family.living if process.poll() is None]

    def owns_database(self) -> bool:
        """Whether the database that answers carries this run's token."""
        with self.superuser() as cursor:
            cursor.execute(
                "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [DATABASE]
            )
            return bool(cursor.fetchone() == (f"fault run {self.token}",))

    def kill(self, pid: int, word: str, number: int) -> bool:
        """Send signal `number` to a process of ours; False, and nothing sent, to any other."""
        if not self.own(pid, word):
            return False
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
        return True


def lineage(pid: int) -> set[int]:
    """A process and its forefathers, as far as Linux tells."""
    found: set[int] = set()
    while pid > 1 and pid not in found:
        found.add(pid)
        try:
            # The name, in brackets, may hold anything; the parent is the second word behind it.
            pid = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            break
    return found


def children(pid: int) -> list[int]:
    """The processes that one has started and that are still there."""
    try:
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []
