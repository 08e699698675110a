"""No process outlives its launcher: not the stubborn, not the grandchildren, not after kill -9."""

import io
import os
import signal
import subprocess
import sys
import time
from typing import Any

import pytest

from deploy import guard
from deploy.environment import ROOT
from deploy.family import Family
from tests.deploy.conftest import ended, lives

STUBBORN = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("up", flush=True)
time.sleep(99)
"""
WITH_GRANDCHILD = """
import subprocess, sys, time
grandchild = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(99)"])
print(grandchild.pid, flush=True)
time.sleep(99)
"""
LAUNCHER = f"""
import subprocess, sys
from deploy.family import Family
family = Family()
child = family.spawn([sys.executable, "-c", {WITH_GRANDCHILD!r}], stdout=subprocess.PIPE)
print(family.guard.pid, child.pid, child.stdout.readline().decode().strip(), flush=True)
child.wait()
"""


def launch() -> tuple[subprocess.Popen[bytes], list[int]]:
    """A launcher of its own, and the numbers of its guard, child and grandchild."""
    launcher = subprocess.Popen([sys.executable, "-c", LAUNCHER], cwd=ROOT, stdout=subprocess.PIPE)
    assert launcher.stdout
    return launcher, [int(word) for word in launcher.stdout.readline().split()]


def test_kill_9_of_the_launcher_ends_children_grandchildren_and_the_guard() -> None:
    launcher, pids = launch()
    assert all(lives(pid) for pid in pids)
    launcher.kill()
    launcher.wait()
    assert [ended(pid, 5) for pid in pids] == [True, True, True]


def test_a_child_ends_with_its_launcher_when_the_guard_was_killed_first() -> None:
    launcher, (guard_pid, child, grandchild) = launch()
    os.kill(guard_pid, signal.SIGKILL)
    launcher.kill()
    launcher.wait()
    assert ended(child, 5)
    os.kill(grandchild, signal.SIGKILL)  # only the guard knew of it


def test_the_guard_kills_who_does_not_listen(family: Family, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "PATIENCE", 0.2)
    child = family.spawn([sys.executable, "-c", STUBBORN], stdout=subprocess.PIPE)
    assert child.stdout and child.stdout.readline() == b"up\n"
    began = time.monotonic()
    guard.end({child.pid: signal.SIGTERM})
    assert child.wait(5) == -signal.SIGKILL
    assert time.monotonic() - began < 3


def test_the_guard_forgets_who_was_buried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("10 15\n11 2\n10 0\n99 0\n"))
    assert guard.watch() == {11: 2}


def test_end_waits_and_then_kills_the_group(family: Family) -> None:
    child = family.spawn([sys.executable, "-c", STUBBORN], stdout=subprocess.PIPE)
    assert child.stdout and child.stdout.readline() == b"up\n"
    family.end(child, patience=0.1)
    assert child.returncode == -signal.SIGKILL


def test_end_takes_the_grandchildren_along(family: Family) -> None:
    child = family.spawn([sys.executable, "-c", WITH_GRANDCHILD], stdout=subprocess.PIPE)
    assert child.stdout
    grandchild = int(child.stdout.readline())
    family.end(child, patience=5)
    assert child.returncode == -signal.SIGTERM
    assert ended(grandchild, 5)


def test_run_returns_code_and_words(family: Family) -> None:
    assert family.run([sys.executable, "-c", "print('hm'); raise SystemExit(3)"]) == (3, "hm\n")


def test_a_killed_guard_is_no_reason_to_stop(family: Family) -> None:
    family.guard.kill()
    family.guard.wait()
    assert family.run([sys.executable, "-c", "print('still here')"]) == (0, "still here\n")


@pytest.mark.parametrize(
    ("code", "seen"),
    [
        ("raise SystemExit(4)", 4),
        ("import os; os.kill(os.getpid(), 15)", 128 + 15),
        # Ctrl-C goes to both: the command decides what it means, the launcher waits for it.
        ("import os, signal; os.kill(os.getppid(), 2); raise SystemExit(5)", 5),
        # SIGTERM of the launcher is handed on.
        ("import os, time; os.kill(os.getppid(), 15); time.sleep(99)", 128 + 15),
        # What the launcher does not hear must not be deaf in the command.
        ("import signal; raise SystemExit(signal.getsignal(2) is signal.default_int_handler)", 1),
    ],
)
def test_a_command_in_the_foreground_has_the_terminal(code: str, seen: int) -> None:
    script = (
        "import sys; from pathlib import Path; from deploy.family import in_foreground\n"
        f"sys.exit(in_foreground([sys.executable, '-c', {code!r}], {{}}, Path('.')))"
    )
    done: Any = subprocess.run([sys.executable, "-c", script], cwd=ROOT, timeout=20)
    assert done.returncode == seen
