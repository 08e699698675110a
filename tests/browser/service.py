"""The whole service over the test database: web, worker and settle_loop, each a process of its own."""

import contextlib
import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.db import connection

START_SECONDS = 60


@dataclass(frozen=True)
class Service:
    """Where it answers, and where its mails and files are."""

    url: str
    var: Path


@contextlib.contextmanager
def service(var: Path, *, only: tuple[str, ...] = ("web", "worker", "settle")) -> Iterator[Service]:
    """Run the service until the block ends. The test must commit what the service is to see.

    only: its processes, the web first.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    database = connection.settings_dict["NAME"]
    env = {
        **os.environ,
        "DATABASE_URL": os.environ["DATABASE_URL"].rsplit("/", 1)[0] + f"/{database}",
        "BASE_URL": url,
        "QUITTANCE_VAR": str(var),
        "EXPORT_DIR": str(var / "exports"),
        "PIN_RESET_WAIT_SECONDS": "0",
    }
    python = [sys.executable, "-m"]
    commands = {
        "web": [*python, "uvicorn", "config.asgi:application", "--port", str(port)],
        "worker": [*python, "celery", "--quiet", "-A", "config", "worker", "--concurrency", "1"],
        "settle": [sys.executable, "manage.py", "settle_loop"],
    }
    with contextlib.ExitStack() as stack:
        processes = [stack.enter_context(_process(name, commands[name], env, var)) for name in only]
        _wait(port, processes[0], var / "web.log")
        yield Service(url, var)


@contextlib.contextmanager
def _process(
    name: str, command: list[str], env: dict[str, str], var: Path
) -> Iterator["subprocess.Popen[bytes]"]:
    with (var / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(command, env=env, stdout=log, stderr=log)
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(port: int, web: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and web.poll() is None:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        with contextlib.suppress(OSError, http.client.HTTPException), contextlib.closing(line):
            line.request("GET", "/readyz")
            if line.getresponse().status == 200:
                return
        time.sleep(0.05)
    raise AssertionError(f"the service did not start:\n{log.read_text()[-2000:]}")
