"""`run` installs once, says what went wrong in words, and turns into what was asked for."""

import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from deploy.environment import ROOT

SERVICE = ["requirements.txt", "requirements-embedded.txt"]

ALL_TESTS = ["-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"]


class Calls:
    """Stands for pip and venv: what was run, and whether it works."""

    def __init__(self, run_file: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
        self.run_file, self.made = run_file, list[list[str]]()
        monkeypatch.setattr(run_file, "quietly", self.quietly)

    def quietly(self, title: str, command: list[str], advice: str) -> None:
        self.made.append(command)
        if command[1:3] == ["-m", "venv"]:
            (self.run_file.VENV / "bin").mkdir(parents=True)
            (self.run_file.VENV / "lib/python3.11/site-packages/pip").mkdir(parents=True)
            self.run_file.PYTHON.symlink_to(sys.executable)


@pytest.fixture
def calls(run_file: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Calls:
    return Calls(run_file, monkeypatch)


def test_packages_are_installed_once(run_file: ModuleType, calls: Calls) -> None:
    run_file.install(["requirements-dev.txt"])
    venv, pip = calls.made
    assert venv[1:] == ["-m", "venv", str(run_file.VENV)]
    assert pip[1:] == [
        "-m",
        "pip",
        "install",
        "--no-input",
        "-r",
        "requirements-dev.txt",
        "-c",
        "constraints.txt",
    ]
    run_file.install(["requirements-dev.txt"])
    run_file.install(["requirements.txt"])  # was in the other one
    assert len(calls.made) == 2


@pytest.mark.parametrize("changed", ["requirements.txt", "requirements-dev.txt", "constraints.txt"])
def test_a_change_installs_again(changed: str, run_file: ModuleType, calls: Calls) -> None:
    run_file.install(["requirements-dev.txt"])
    path = run_file.ROOT / changed
    path.write_text(path.read_text() + "# more\n")
    run_file.install(["requirements-dev.txt"])
    assert len(calls.made) == 3


def test_a_failed_install_is_tried_again(
    run_file: ModuleType, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_file.make_venv()

    def fails(*words: Any) -> None:
        raise SystemExit("no index")

    monkeypatch.setattr(run_file, "quietly", fails)
    with pytest.raises(SystemExit):
        run_file.install(["requirements.txt"])
    assert "requirements.txt" not in json.loads(run_file.STAMP.read_text())


def test_another_python_makes_a_new_venv(run_file: ModuleType, calls: Calls) -> None:
    run_file.install(["requirements.txt"])
    run_file.PYTHON.unlink()
    run_file.PYTHON.symlink_to("/bin/sh")
    run_file.install(["requirements.txt"])
    assert [command[2] for command in calls.made] == ["venv", "pip", "venv", "pip"]


def test_a_python_that_went_away_makes_a_new_venv(run_file: ModuleType, calls: Calls) -> None:
    run_file.install(["requirements.txt"])
    run_file.PYTHON.unlink()
    run_file.PYTHON.symlink_to("/nonexistent/python")
    run_file.install(["requirements.txt"])
    assert len(calls.made) == 4


def test_the_project_is_on_the_path_of_its_venv_even_after_a_move(run_file: ModuleType, calls: Calls) -> None:
    run_file.install(["requirements.txt"])
    path_file = next(run_file.VENV.glob("lib/python3*/site-packages/quittance.pth"))
    assert path_file.read_text() == f"{run_file.ROOT}\n"
    path_file.write_text("/elsewhere\n")
    run_file.install(["requirements.txt"])
    assert path_file.read_text() == f"{run_file.ROOT}\n"


def test_what_pip_said_is_shown_only_when_it_fails(
    run_file: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    run_file.quietly("Fine", [sys.executable, "-c", "print('chatter')"], "advice")
    assert capsys.readouterr().out == "Fine ... done in 0 s\n"
    with pytest.raises(SystemExit) as failed:
        run_file.quietly("Bad", [sys.executable, "-c", "print('no match'); raise SystemExit(1)"], "Try X")
    assert "no match" in str(failed.value)
    assert "Try X" in str(failed.value)


@pytest.mark.parametrize(
    ("arguments", "files", "command"),
    [
        ([], SERVICE, ["-m", "deploy", "start"]),
        (["--port", "8123"], SERVICE, ["-m", "deploy", "start", "--port", "8123"]),
        (["--lan"], SERVICE, ["-m", "deploy", "start", "--lan"]),
        (["manage", "migrate", "-v2"], SERVICE, ["-m", "deploy", "manage", "migrate", "-v2"]),
        (["reset", "--yes"], SERVICE, ["-m", "deploy", "reset", "--yes"]),
        (["bench"], ["requirements-dev.txt"], ["-m", "deploy", "bench"]),
        (["test"], ["requirements-dev.txt"], ["-m", "pytest", *ALL_TESTS]),
        (["test", "-k", "x"], ["requirements-dev.txt"], ["-m", "pytest", "-k", "x"]),
        (["lint"], ["requirements-dev.txt"], ["-m", "deploy.lint"]),
        (["prove", "bank"], ["requirements-dev.txt"], ["-m", "deploy.prove", "bank"]),
    ],
)  # fmt: skip
def test_each_command_installs_what_it_needs_and_becomes_itself(
    arguments: list[str],
    files: list[str],
    command: list[str],
    run_file: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    done: list[list[str]] = []
    monkeypatch.setattr(run_file, "install", done.append)
    monkeypatch.setattr(run_file, "become", done.append)
    monkeypatch.setattr(run_file, "chromium", lambda: None)
    monkeypatch.setenv("QUITTANCE_STARTED", "0")
    monkeypatch.chdir(ROOT)
    run_file.main(arguments)
    assert done == [files, [str(run_file.PYTHON), *command]]


def test_with_a_browser_its_packages_are_installed_too(
    run_file: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[list[str]] = []
    monkeypatch.setattr(run_file, "install", done.append)
    monkeypatch.setattr(run_file, "become", lambda command: None)
    monkeypatch.setattr(run_file, "chromium", lambda: "/usr/bin/chromium")
    monkeypatch.chdir(ROOT)
    run_file.main(["test"])
    run_file.main(["browser"])
    assert done == [["requirements-dev.txt", "requirements-e2e.txt"]] * 2


def test_an_unknown_command_is_answered_with_the_help(
    run_file: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    with pytest.raises(SystemExit) as refused:
        run_file.main(["serve"])
    assert str(refused.value).startswith("There is no ./run serve.")
    assert run_file.HELP in str(refused.value)


def test_an_old_python_is_told(run_file: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_file, "LOWEST", (4, 0))
    monkeypatch.setattr(run_file.shutil, "which", lambda name: None)
    with pytest.raises(SystemExit, match=r"needs Python 3\.11 or newer"):
        run_file.main(["help"])


def test_help_needs_no_packages(tmp_path: Path) -> None:
    (tmp_path / "run").write_text((ROOT / "run").read_text())
    command = [sys.executable, "-I", "-S", str(tmp_path / "run"), "help"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=20)
    assert done.returncode == 0
    assert "./run test" in done.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["run"]
