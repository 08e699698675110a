"""A minute of the fault run, its controls, and what it may never touch."""

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from deploy.environment import ROOT
from deploy.postgres import command_of, forget
from tests.faults.__main__ import Run
from tests.faults.chaos import FREEZE_SECONDS, FULL, freeze_seconds, schedule
from tests.faults.controls import CONTROLS
from tests.faults.servers import House

SLEEP = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(600)"]


def faults(*arguments: str) -> tuple[int, dict[str, Any], str]:
    """Run it as `./run faults` does: the exit code, the last line, all it said."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults", *arguments],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=420,
    )  # fmt: skip
    said = done.stdout.strip()
    assert said.endswith("}"), said
    return done.returncode, json.loads(said.splitlines()[-1]), said


def test_a_minute_under_fire_loses_nothing() -> None:
    code, line, said = faults("--seconds", "60", "--seed", "20261122")
    assert code == 0, said
    assert list(line) == [
        "payments", "refunds", "faults", "lost", "duplicated", "stuck", "unknown", "wrong", "audit",
        "seed", "seconds",
    ]  # fmt: skip
    assert {**line["faults"], "echoes": 0} == {
        **Counter(due.kind for due in schedule(60, 20261122)),
        "echoes": 0,
    }
    assert line["faults"]["echoes"] > 0
    assert line["payments"] > 50 and line["refunds"] > 10, said


@pytest.mark.parametrize("name", CONTROLS)
def test_the_oracle_finds_what_a_missing_guard_lets_through(name: str) -> None:
    code, line, said = faults("--control", name, "--seed", "1")
    assert code == 0, said
    assert line[CONTROLS[name].must_find] > 0


def test_the_full_schedule_is_the_promised_one() -> None:
    due = schedule(600, 7)
    assert Counter(each.kind for each in due) == FULL
    assert FULL["worker_main_kills"] + FULL["worker_child_kills"] == 120
    assert due == sorted(due) and due[0].at >= 0 and due[-1].at < 600
    assert max(each.at for each in due if each.kind == "freezes") + FREEZE_SECONDS < 600


def test_a_seed_gives_its_schedule_again_and_another_seed_another() -> None:
    assert schedule(60, 1) == schedule(60, 1) != schedule(60, 2)


def test_a_short_run_has_each_kind_and_freezes_for_less() -> None:
    assert set(Counter(each.kind for each in schedule(10, 1))) == set(FULL)
    assert freeze_seconds(10) < 2


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A house whose servers were not started."""
    made = House(tmp_path)
    yield made
    made.family.close()
    for held in made.held:
        held.close()
    forget(tmp_path / "postgres")


def test_only_what_the_run_started_is_ever_killed(house: House) -> None:
    mine = house.family.spawn(SLEEP, stdout=subprocess.PIPE)
    stranger = subprocess.Popen(SLEEP, stdout=subprocess.PIPE)
    try:
        for process in (mine, stranger):  # before it is up, it has the command line of its parent
            assert process.stdout and process.stdout.readline() == b"up\n"
        assert house.own(mine.pid, "time.sleep(600)")
        assert not house.own(mine.pid, "celery")
        assert not house.own(stranger.pid, "time.sleep(600)")
        assert not house.own(os.getpid(), "python")
        assert not house.kill(stranger.pid, "time.sleep(600)", signal.SIGKILL)
        assert not house.kill(mine.pid, "celery", signal.SIGKILL)
        assert (mine.poll(), stranger.poll()) == (None, None)
        assert house.kill(mine.pid, "time.sleep(600)", signal.SIGKILL)
        assert mine.wait(10) == -signal.SIGKILL
        assert not house.own(mine.pid, "time.sleep(600)")
    finally:
        stranger.kill()
        stranger.wait()


def test_grandchildren_are_the_runs_own_too(house: House) -> None:
    parent = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'input()  # a grandchild'])"
    mine = house.family.spawn([sys.executable, "-c", parent], stdin=subprocess.PIPE)
    children = Path(f"/proc/{mine.pid}/task/{mine.pid}/children")
    # Forked is not begun: for a moment such a process has its parent's command, then none.
    words, command = list[str](), ""
    while "subprocess" in command or "a grandchild" not in command:
        assert mine.poll() is None
        words = children.read_text().split()
        command = command_of(words[0]) if words else ""
    assert house.own(int(words[0]), "python")


def test_a_run_that_breaks_off_says_so_and_is_judged(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_server() -> None:
        raise SystemExit("PostgreSQL did not start.")

    run = Run(house, 1, 1, None)
    monkeypatch.setattr(run, "fire", no_server)
    run.carry_out()
    assert run.broke_off == "SystemExit: PostgreSQL did not start."


def test_a_database_of_others_is_refused(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    other = os.environ["DATABASE_URL"].replace("quittance_owner@", "postgres@")
    monkeypatch.setattr(house.postgres, "url", lambda role, database: other)
    with pytest.raises((AssertionError, psycopg.errors.InsufficientPrivilege)), house.superuser():
        pytest.fail("this is not the run's own server")
