"""`./run` as a person sees it, with the real project: up, used, killed, up again, stopped in five seconds."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from urllib.request import urlopen

import pytest

from deploy.environment import PYTHON, ROOT, SERVERS
from deploy.folder import Folder
from deploy.valkey import find_server
from tests.deploy.conftest import descendants, ended, of_folder

Process = subprocess.Popen[str]
Start = Callable[..., Process]


@pytest.fixture
def var(tmp_path: Path) -> Iterator[Path]:
    """A var folder; whatever still runs for it at the end is killed."""
    yield tmp_path / "var"
    for pid in of_folder(tmp_path / "var"):
        os.kill(pid, signal.SIGKILL)


@pytest.fixture
def start(var: Path) -> Start:
    """`./run` after its installing part, over a port and a folder of its own and without the demo's data."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = str(probe.getsockname()[1])
    environment = {
        **dict.fromkeys(SERVERS, ""),  # a developer's `.env` must not come in
        "PATH": os.environ["PATH"], "QUITTANCE_VAR": str(var), "QUITTANCE_DEMO": "0", "PORT": port,
        "ALLOWED_HOSTS": "127.0.0.1", "BASE_URL": f"http://127.0.0.1:{port}", "WEB_CONCURRENCY": "2",
    }  # fmt: skip

    def begin(*words: str, **more: str) -> Process:
        return subprocess.Popen(
            [PYTHON, "-m", "deploy", *(words or ["start"])], cwd=ROOT, env={**environment, **more},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip

    return begin


def until(process: Process, beginning: str) -> str:
    """Read what it says up to the line that begins so; all of it."""
    said = ""
    assert process.stdout
    for line in process.stdout:
        said += line
        if line.startswith(beginning):
            return said
    raise AssertionError(f"It ended before it said {beginning!r}:\n{said}")


def test_up_used_killed_up_again_and_stopped(start: Start, var: Path) -> None:
    first = start()
    said = until(first, "ready ")
    port = Folder(var).kept_port()
    assert f"ready http://127.0.0.1:{port} in " in said
    for word in ("psql", "data", "logs", "mails", "stop", "reset"):
        assert f"\n  {word} " in said
    with urlopen(f"http://127.0.0.1:{port}/readyz", timeout=10) as answer:
        assert answer.status == 200
    family = descendants(first.pid)
    assert (
        len(family) >= 10
    )  # launcher, guard, two servers, web and two workers, worker and two, beat, settle

    refused, _ = start().communicate(timeout=20)
    assert f"./run (process {first.pid}) already runs in {var}" in refused
    joined = start("manage", "showmigrations", "wallets")
    assert "[X] 0001" in joined.communicate(timeout=30)[0]
    assert joined.returncode == 0

    first.kill()
    assert all(ended(pid, 5) for pid in family)
    assert of_folder(var) == set()

    second = start()
    until(second, "ready ")
    family = descendants(second.pid)
    began = time.monotonic()
    second.send_signal(signal.SIGINT)
    last_words, _ = second.communicate(timeout=10)
    assert time.monotonic() - began < 5
    assert last_words.rstrip().endswith("Stopped.")
    assert second.returncode == 0
    assert all(ended(pid, 1) for pid in family)
    assert not (var / "running.json").exists()


def serving(pids: set[int], *words: str) -> int:
    """The one of these processes whose command has all the words; Valkey parts them by spaces."""
    for pid in pids:
        with suppress(FileNotFoundError):  # a short-lived one has ended between the list and the look
            if set(words) <= set(Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ").split()):
                return pid
    raise AssertionError(f"None of {pids} runs {words}")


def test_valkey_may_die_but_any_other_end_stops_all_by_name(start: Start, var: Path) -> None:
    launcher = start()
    until(launcher, "ready ")
    family = descendants(launcher.pid)
    valkey = serving(family, find_server())
    os.kill(valkey, signal.SIGKILL)
    assert "Payments go on" in until(launcher, "valkey ")
    with urlopen(f"http://127.0.0.1:{Folder(var).kept_port()}/readyz", timeout=10) as answer:
        assert answer.status == 200

    for pid in of_folder(var) - {launcher.pid}:  # who serves has no key to the tables' owner
        with suppress(FileNotFoundError):
            assert b"DATABASE_OWNER_URL=postgres" not in Path(f"/proc/{pid}/environ").read_bytes()

    os.kill(serving(family, "celery", "beat"), signal.SIGKILL)
    said, _ = launcher.communicate(timeout=10)
    assert "beat has ended (exit code -9), so the service stops." in said
    assert str(var / "log" / "beat.log") in said
    assert launcher.returncode == 1
    assert all(ended(pid, 1) for pid in family)


def test_a_schema_that_does_not_come_up_stops_the_start_with_its_log(start: Start, var: Path) -> None:
    broken = start(BASE_URL="http://127.0.0.1", FEE_PPM="five")
    said, _ = broken.communicate(timeout=60)
    assert "manage.py migrate --no-input failed" in said
    assert str(var / "log" / "migrate.log") in said
    assert "FEE_PPM" in said
    assert broken.returncode == 1
    assert of_folder(var) == set()
