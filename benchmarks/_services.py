"""The product's own processes (the web, a settling worker) and pgbench, for as long as a measurement takes.

They are started with the commands of `./run` (`deploy.start.serve`), against the bench's servers.
"""

import http.client
import os
import re
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks._harness import ROOT, role_url
from deploy.family import Family
from deploy.postgres import find_binaries
from deploy.roles import APP
from deploy.start import serve

TPS = re.compile(r"^tps = ([0-9.]+)", re.MULTILINE)


class Commands(dict[str, tuple[list[str], dict[str, str]]]):
    """Takes down what `serve` would start, by name."""

    def start(self, name: str, command: Sequence[str], environment: dict[str, str]) -> None:
        self[name] = ([*command], environment)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running(
    name: str, *more: str, port: int = 0, env: Mapping[str, str] = {}
) -> Iterator[subprocess.Popen[bytes]]:
    """One process of the service ("web", "worker", ...) with more arguments and other settings (`env`)."""
    commands = Commands()
    serve(commands, {**os.environ, **env}, "127.0.0.1", port)
    command, whole = commands[name]
    family = Family()
    log = Path(os.environ["QUITTANCE_VAR"]) / f"{name}-{time.monotonic_ns()}.log"
    try:
        with log.open("wb") as said:
            yield family.spawn([*command, *more], env=whole, cwd=ROOT, stdout=said, stderr=said)
    finally:
        for process in list(family.living):
            family.end(process, patience=5)
        family.close()


@contextmanager
def web() -> Iterator[int]:
    """The front as `./run` starts it; yields its port once a page is answered."""
    port = free_port()
    with running("web", port=port) as process:
        deadline = time.monotonic() + 60
        while not _ready(port):
            assert process.poll() is None, "the web has ended"
            assert time.monotonic() < deadline, "the web does not answer"
            time.sleep(0.1)
        yield port


def _ready(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def pgbench(script: str, *, clients: int, calls: int, role: str = APP) -> float:
    """Run one SQL script `calls` times in all over `clients` connections; returns calls a second."""
    words: Sequence[str | Path] = [
        find_binaries() / "pgbench", "--no-vacuum", "--protocol=prepared", f"--client={clients}", "--jobs=1",
        f"--transactions={calls // clients}", "--file=-", role_url(role),
    ]  # fmt: skip
    assert calls % clients == 0, "each connection makes as many calls"
    done = subprocess.run(words, input=script, capture_output=True, text=True, cwd="/")
    found = TPS.search(done.stdout)
    if done.returncode or not found or "number of failed transactions: 0 " not in done.stdout:
        raise SystemExit(f"pgbench failed:\n{done.stdout}\n{done.stderr}")
    return float(found[1])
