"""`manage`, `bench` and `reset`: they use what runs, wait for each other, and delete only what is theirs."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from deploy import commands
from deploy.environment import PYTHON, ROOT, SERVERS
from deploy.folder import Folder
from tests.deploy.conftest import of_folder


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An environment without servers, and a var folder of its own."""
    for name in (*SERVERS, "QUITTANCE_TEST_ROLE"):
        monkeypatch.setenv(name, "")  # not deleted: a developer's `.env` must not come in
    monkeypatch.setenv("QUITTANCE_VAR", str(tmp_path / "var"))
    return tmp_path / "var"


def manage(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [PYTHON, "-m", "deploy", "manage", *arguments],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip


def test_a_second_manage_shares_the_servers_of_the_first_which_waits_for_it(bare: Path) -> None:
    ask = "from django.db import connection as c; print(c.cursor().execute('SELECT current_user').fetchone())"
    first = manage("shell", "--no-imports", "-c", "print('first'); input()")
    assert first.stdin and first.stdout and first.stdout.readline() == "first\n"
    second = manage("shell", "--no-imports", "-c", f"print('second'); input(); {ask}")
    assert second.stdin and second.stdout and second.stdout.readline() == "second\n"
    first.stdin.write("\n")
    first.stdin.flush()
    assert first.stdout.readline() == "Waiting: another ./run manage uses these servers.\n"
    answer, _ = second.communicate("\n", timeout=20)
    assert answer == "('quittance_app',)\n"
    assert (second.returncode, first.wait(20)) == (0, 0)
    assert of_folder(bare) - {os.getpid()} == set()


def test_the_exit_code_is_that_of_the_command(bare: Path) -> None:
    process = manage("no_such_command")
    said, _ = process.communicate(timeout=30)
    assert process.returncode == 1
    assert "Unknown command" in said


def test_reset_deletes_after_a_yes(
    bare: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Folder(bare).keys()
    monkeypatch.setattr("builtins.input", lambda question: "no")
    with pytest.raises(SystemExit, match="Nothing was deleted"):
        commands.reset([])
    assert (bare / "secrets.env").exists()
    monkeypatch.setattr("builtins.input", lambda question: "yes")
    commands.reset([])
    assert not bare.exists()
    assert "Printed codes stop working" in capsys.readouterr().out


def test_reset_can_be_told_yes(bare: Path) -> None:
    Folder(bare).keys()
    commands.reset(["--yes"])
    assert not bare.exists()


def test_reset_refuses_while_something_runs(bare: Path) -> None:
    owner = Folder(bare)
    owner.lock("./run")
    with pytest.raises(SystemExit, match="Stop it first; nothing was deleted"):
        commands.reset(["--yes"])
    assert bare.exists()


def test_reset_keeps_its_hands_off_a_given_database(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Folder(bare).keys()
    monkeypatch.setenv("DATABASE_URL", "postgres://somebody")
    with pytest.raises(SystemExit, match="deleted nothing"):
        commands.reset(["--yes"])
    assert (bare / "secrets.env").exists()


def test_reset_knows_its_words(bare: Path) -> None:
    with pytest.raises(SystemExit, match="not --force"):
        commands.reset(["--force"])


def test_bench_lists_what_there_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(commands, "ROOT", tmp_path)
    with pytest.raises(SystemExit) as ended:
        commands.bench([])
    assert ended.value.code == 0
    assert "none yet" in capsys.readouterr().out
    (tmp_path / "benchmarks").mkdir()
    (tmp_path / "benchmarks" / "post.py").write_text("")
    with pytest.raises(SystemExit) as ended:
        commands.bench(["tea"])
    assert ended.value.code == 2
    assert "./run bench post" in capsys.readouterr().out


def test_a_benchmark_has_servers_and_tables_of_its_own(
    bare: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[list[str]] = []

    def over_servers(folder: Folder, given: dict[str, str], base_url: str, lines: list[list[str]]) -> int:
        assert folder.path.parent == bare
        assert not set(SERVERS) & set(given)
        done.extend(lines)
        return 3

    (tmp_path / "benchmarks").mkdir()
    (tmp_path / "benchmarks" / "post.py").write_text("")
    monkeypatch.setattr(commands, "ROOT", tmp_path)
    monkeypatch.setattr(commands, "over_servers", over_servers)
    monkeypatch.setenv("DATABASE_URL", "postgres://somebody")
    with pytest.raises(SystemExit) as ended:
        commands.bench(["post", "--quick"])
    assert ended.value.code == 3
    assert done[0][1:3] == ["manage.py", "migrate"]
    assert done[1] == [sys.executable, "benchmarks/post.py", "--quick"]
    assert list(bare.glob("bench-*")) == []
