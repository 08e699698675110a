"""The processes of one launcher. None outlives it: not after Ctrl-C, not after kill -9.

Each child leads a group of its own (Ctrl-C in the terminal reaches only the launcher), is asked by
Linux to end with its parent, and is known to a guard that ends the group with all grandchildren.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None)  # loaded before any fork

Process = subprocess.Popen[bytes]


class Family:
    """Starts processes and ends them. Start from the main thread only: Linux ties a child to the thread."""

    def __init__(self, *, keep: Sequence[int] = ()) -> None:
        """`keep`: open files (a lock) that the guard holds until every process is gone."""
        self.guard = subprocess.Popen(
            [sys.executable, "-I", "-S", str(Path(__file__).with_name("guard.py"))],
            stdin=subprocess.PIPE,
            start_new_session=True,
            pass_fds=keep,
        )
        self.living: list[Process] = []

    def spawn(self, command: Sequence[str | Path], *, stop: int = signal.SIGTERM, **popen: Any) -> Process:
        """Start a process that ends kindly on `stop`. Other arguments are those of Popen."""
        words = [str(word) for word in command]
        process = subprocess.Popen(words, preexec_fn=tie(stop), start_new_session=True, **popen)
        self.living.append(process)
        self._tell(process.pid, stop)
        return process

    def run(self, command: Sequence[str | Path], **popen: Any) -> tuple[int, str]:
        """Run to the end; the exit code and everything it said."""
        process = self.spawn(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **popen)
        try:
            said, _ = process.communicate()
        finally:
            self.bury(process)
        return process.returncode, said.decode(errors="replace")

    def end(self, process: Process, *, stop: int = signal.SIGTERM, patience: float) -> None:
        """Ask, wait `patience` seconds, then kill the whole group."""
        signal_process(process, stop)
        wait_for([process], patience)
        self.bury(process)

    def bury(self, process: Process) -> None:
        """Kill what is left of the process and its group, and tell the guard to forget it."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if process in self.living:
            self.living.remove(process)
            self._tell(process.pid, 0)

    def close(self) -> None:
        """The guard ends whatever is left, then itself; the dead are taken note of meanwhile."""
        if self.guard.stdin:
            with suppress(BrokenPipeError):
                self.guard.stdin.close()
        while self.guard.poll() is None:
            wait_for([self.guard, *self.living], 0.05)

    def _tell(self, pid: int, wish: int) -> None:
        if self.guard.stdin:
            with suppress(BrokenPipeError):  # somebody killed the guard: that is no reason to stop serving
                self.guard.stdin.write(b"%d %d\n" % (pid, wish))
                self.guard.stdin.flush()


def tie(stop: int) -> Callable[[], None]:
    """For `preexec_fn`: Linux sends `stop` to the child when this process dies."""
    parent = os.getpid()

    def in_child() -> None:
        if sys.platform == "linux":
            LIBC.prctl(PR_SET_PDEATHSIG, stop)
            if os.getppid() != parent:  # it died between fork and prctl
                os._exit(1)

    return in_child


def in_foreground(command: Sequence[str], environment: dict[str, str], folder: Path) -> int:
    """Run a command that has the terminal: Ctrl-C is its own, SIGTERM is handed on. Returns its exit code."""
    process = subprocess.Popen(command, env=environment, cwd=folder, preexec_fn=tie(signal.SIGTERM))
    # A handler, not SIG_IGN: ignored signals would be inherited by what the command starts.
    signal.signal(signal.SIGINT, lambda number, frame: None)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, frame: signal_process(process, number))
    code = process.wait()
    return code if code >= 0 else 128 - code  # as a shell says it


def signal_process(process: Process, stop: int) -> None:
    """Send a signal, unless the process is gone already."""
    if process.poll() is None:
        process.send_signal(stop)


def wait_for(processes: Sequence[Process], patience: float) -> None:
    """Return when all have ended, or after `patience` seconds. Polls each: none stays a zombie."""
    deadline = time.monotonic() + patience
    while any([process.poll() is None for process in processes]) and time.monotonic() < deadline:
        time.sleep(0.02)
