"""What children say is kept, trouble is shown, and stopping is never up to them."""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy import supervisor as module
from deploy.family import Family
from deploy.start import complain
from deploy.supervisor import Child, Supervisor

STUBBORN = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("WARNING deaf", flush=True)
time.sleep(99)
"""


@pytest.fixture
def supervisor(family: Family, tmp_path: Path) -> Iterator[Supervisor]:
    supervisor = Supervisor(family, tmp_path)
    yield supervisor
    supervisor.stop(0)


def child_says(supervisor: Supervisor, code: str) -> Child:
    """Start a child and read all it says until it ends."""
    supervisor.start("toy", [sys.executable, "-u", "-c", code], {})
    child = supervisor.children[-1]
    while supervisor.first_end() is None:
        supervisor.turn(1)
    return child


def test_everything_is_kept_and_only_trouble_is_shown(
    supervisor: Supervisor, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    child_says(
        supervisor, "print('INFO all is well'); print('2026 ERROR app no such till'); print('bye', end='')"
    )
    supervisor.stop(0)
    assert (tmp_path / "toy.log").read_text() == "INFO all is well\n2026 ERROR app no such till\nbye"
    assert capsys.readouterr().out == "toy    | 2026 ERROR app no such till\n"


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("2026-11-22 10:00:00 WARNING people.web slow", True),
        ("[2026-11-22 10:00:00,000: ERROR/MainProcess] consumer: Cannot connect", True),
        ('{"level": "error", "event": "x"}', True),
        ("2026-11-22 [warning  ] too many tills", True),
        ("CRITICAL:  out of memory", True),
        ('INFO:  127.0.0.1 - "GET /errors HTTP/1.1" 200', False),
        ("INFO the warnings page was read", False),
        ("level=info no errors", False),
    ],
)
def test_what_counts_as_trouble(line: str, shown: bool) -> None:
    assert bool(module.TROUBLE.search(line)) == shown


def test_a_trace_is_shown_whole_and_nothing_after_it(
    supervisor: Supervisor, capsys: pytest.CaptureFixture[str]
) -> None:
    trace = (
        r"Traceback (most recent call last):\n  File x, line 1\n    a = b\nNameError: b\nINFO next request\n"
    )
    child_says(supervisor, f'print("{trace}", end="")')
    supervisor.stop(0)
    shown = [line.removeprefix("toy    | ") for line in capsys.readouterr().out.splitlines()]
    assert shown == ["Traceback (most recent call last):", "  File x, line 1", "    a = b", "NameError: b"]


def test_the_first_to_end_is_named_with_its_log(supervisor: Supervisor, tmp_path: Path) -> None:
    child_says(supervisor, "raise SystemExit('no such till')")
    supervisor.turn(1)
    with pytest.raises(SystemExit) as ended:
        complain(supervisor.first_end())
    assert "toy has ended (exit code 1)" in str(ended.value)
    assert f"The end of {tmp_path / 'toy.log'}:\nno such till" in str(ended.value)


def test_nobody_ended_nothing_to_complain_about(supervisor: Supervisor) -> None:
    supervisor.start("toy", [sys.executable, "-c", "import time; time.sleep(99)"], {})
    ended = supervisor.first_end()
    assert ended is None
    complain(ended)


def test_stop_kills_the_stubborn_and_waits_no_longer_than_told(supervisor: Supervisor) -> None:
    supervisor.start("deaf", [sys.executable, "-c", STUBBORN], {})
    supervisor.start("kind", [sys.executable, "-c", "import time; time.sleep(99)"], {})
    deaf, kind = supervisor.children
    while deaf.log.stat().st_size == 0:
        supervisor.turn(1)
    began = time.monotonic()
    supervisor.stop(0.3)
    assert time.monotonic() - began < 3
    assert (deaf.process.returncode, kind.process.returncode) == (-9, -15)


def test_a_big_log_is_moved_aside(
    supervisor: Supervisor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LOG_LIMIT", 10)
    (tmp_path / "toy.log").write_text("old " * 10)
    child_says(supervisor, "print('new')")
    supervisor.stop(0)
    assert (tmp_path / "toy.log").read_text() == "new\n"
    assert (tmp_path / "toy.log.1").read_text() == "old " * 10
