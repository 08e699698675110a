"""Benchmarks run, with small numbers and on servers without durability. No time is asserted.

Three that need most of the harness between them run always, all ten with QUITTANCE_PROVE=full. The servers
are the benchmarks' own: they fill the database as its superuser, and it is made anew for each.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from deploy import environment
from deploy.environment import MANAGE, ROOT
from deploy.family import Family
from deploy.folder import Folder
from deploy.postgres import forget
from deploy.roles import DATABASE, OWNER
from deploy.servers import Servers
from tests.servers import KEYS

NAMES = sorted(path.stem for path in (ROOT / "benchmarks").glob("[!_]*.py"))
LINE = {"bench", "ours", "against", "ratio", "goal", "unit", "runs"}
ALWAYS = ("audit", "confirm", "settle")
PROMISED = {
    "settle", "settle_peers", "confirm", "confirm_hot", "growth", "balance", "size", "settle_age", "audit",
    "qr", "export", "export_formats",
}  # fmt: skip


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment of servers with a migrated database, kept as `ready`."""
    home = tmp_path_factory.mktemp("bench")
    family, folder = Family(), Folder(home)
    given = {name: value for name, value in os.environ.items() if name not in environment.SERVERS}
    del given["QUITTANCE_TEST_ROLE"]
    servers = Servers(home, given, family, fast=True)
    try:
        servers.start()
        env = environment.complete({**given, **KEYS}, folder, servers.environment(), KEYS["BASE_URL"])
        env.pop("QUITTANCE_TEST_ROLE", None)
        env["DJANGO_SETTINGS_MODULE"] = "config.settings"
        subprocess.run([*MANAGE, "migrate", "--no-input", "--verbosity=0"], cwd=ROOT, env=env, check=True)
        with superuser(env) as connection:
            connection.execute(f"ALTER DATABASE {DATABASE} RENAME TO ready")
        yield env
    finally:
        servers.stop()
        family.close()
        forget(home / "postgres")


@pytest.fixture
def fresh(whole: dict[str, str]) -> dict[str, str]:
    """A database and a broker in which nothing has happened."""
    with superuser(whole) as connection:
        for (name,) in connection.execute(
            "SELECT datname FROM pg_database WHERE datname LIKE 'bench%%' OR datname = %s", [DATABASE]
        ).fetchall():
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {DATABASE} TEMPLATE ready OWNER {OWNER}")
    redis.Redis.from_url(whole["REDIS_URL"]).flushall()
    return whole


def superuser(env: dict[str, str]) -> psycopg.Connection[tuple[str]]:
    server = env["DATABASE_URL"].rpartition("@")[2].rpartition("/")[0]
    return psycopg.connect(f"postgres://postgres@{server}/postgres", autocommit=True)


def test_the_promised_benchmarks_are_there() -> None:
    assert set(NAMES) >= PROMISED


@pytest.mark.parametrize("name", NAMES)
def test_it_is_whole_and_takes_its_options(name: str, whole: dict[str, str]) -> None:
    words = [sys.executable, f"benchmarks/{name}.py", "--help"]
    done = subprocess.run(words, cwd=ROOT, env=whole, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert "--quick" in done.stdout


@pytest.mark.parametrize("name", NAMES if os.environ.get("QUITTANCE_PROVE") == "full" else ALWAYS)
def test_it_runs_and_ends_with_its_line(name: str, fresh: dict[str, str], tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, f"benchmarks/{name}.py", "--quick"],
        cwd=ROOT,
        env={**fresh, "QUITTANCE_VAR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    line = json.loads(done.stdout.splitlines()[-1])
    assert set(line) - {"parts"} == LINE
    assert line["bench"] == name
    assert line["ours"] > 0
    assert line["ratio"] == pytest.approx(line["ours"] / line["against"], rel=0.01, abs=0.001)
    assert f"\n{name}\n" in done.stdout, "a table for people stands before the line"
