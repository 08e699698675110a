"""Runs the service's processes side by side: what they say goes to var/log/, trouble to the terminal too.

One thread, one loop. The first process to end ends the service.
"""

import os
import re
import selectors
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Protocol

from deploy.family import Family, Process, signal_process

TROUBLE = re.compile(
    r"\b(WARNING|ERROR|CRITICAL|FATAL)\b|^Traceback|\blevel\W+(warning|error|critical)|\[(warning|error|critical)\s*\]"
)
LOG_LIMIT = 10_000_000


class Starter(Protocol):
    """Whoever can start one of the service's processes."""

    def start(self, name: str, command: Sequence[str], environment: dict[str, str]) -> None: ...


class Child:
    """One process, its log, and the line it is in the middle of."""

    def __init__(self, name: str, process: Process, log: Path) -> None:
        self.name, self.process, self.log = name, process, log
        self.file: IO[bytes] = log.open("ab")
        self.rest = b""
        self.in_trouble = False

    def take(self, data: bytes) -> None:
        """Keep what was said, and show the lines that matter."""
        self.file.write(data)
        self.file.flush()
        *lines, self.rest = (self.rest + data).split(b"\n")
        for line in lines:
            self._show(line.decode(errors="replace").rstrip())

    def _show(self, line: str) -> None:
        """A trace goes on as long as lines are indented, and one line more: the exception."""
        indented = line[:1].isspace()
        if TROUBLE.search(line) or self.in_trouble:
            print(f"{self.name:<7}| {line}", flush=True)
        self.in_trouble = line.startswith("Traceback") or (self.in_trouble and indented)


class Supervisor:
    """Several children and their pipes."""

    def __init__(self, family: Family, logs: Path) -> None:
        self.family, self.logs = family, logs
        self.children: list[Child] = []
        self.selector = selectors.DefaultSelector()

    def start(self, name: str, command: Sequence[str], environment: dict[str, str]) -> None:
        """Start a child; it logs to `<logs>/<name>.log`."""
        log = self.logs / f"{name}.log"
        if log.exists() and log.stat().st_size > LOG_LIMIT:
            log.replace(log.with_suffix(".log.1"))
        process = self.family.spawn(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        child = Child(name, process, log)
        self.children.append(child)
        assert process.stdout
        self.selector.register(process.stdout, selectors.EVENT_READ, child)

    def turn(self, seconds: float) -> None:
        """Read what the children say, waiting at most `seconds` for the first word."""
        for key, _ in self.selector.select(seconds):
            data = os.read(key.fd, 65536)
            if data:
                key.data.take(data)
            else:
                self.selector.unregister(key.fileobj)

    def first_end(self) -> Child | None:
        """A child that has ended."""
        return next((child for child in self.children if child.process.poll() is not None), None)

    def stop(self, patience: float) -> None:
        """Ask all to end, kill after `patience` seconds who has not, and read their last words."""
        for child in self.children:
            signal_process(child.process, signal.SIGTERM)
        deadline = time.monotonic() + patience
        while any(child.process.poll() is None for child in self.children) and time.monotonic() < deadline:
            self.turn(0.05)
        for child in self.children:
            self.family.bury(child.process)
        self.turn(0)
        for child in self.children:
            child.file.close()
        self.children.clear()
