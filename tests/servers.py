"""A pytest plugin: real PostgreSQL and Valkey for the tests, started before Django reads its settings.

Loaded by `-p tests.servers` (pyproject.toml). Servers that are given (DATABASE_URL, REDIS_URL in the
real environment; `.env` is not read) are used instead. Workers of xdist use those of their controller.
With CI set, a browser test that was skipped fails the run: there the browser is promised.
"""

import os
import shutil
import tempfile
from collections.abc import Generator
from pathlib import Path

import psycopg
import pytest

from deploy.family import Family
from deploy.postgres import forget
from deploy.roles import OWNER
from deploy.servers import Servers

KEYS = {
    "SECRET_KEY": "for-tests-only-" + "0123456789" * 5,
    "PIN_PEPPERS": f"1:{'11' * 32}",
    "CODE_KEYS": f"1:{'22' * 32}",
    "RECEIPT_KEYS": f"1:{'33' * 32}",
    "BASE_URL": "http://127.0.0.1:8000",
    "QUITTANCE_DEMO": "1",
    "QUITTANCE_TEST_ROLE": "quittance_app",
}
skipped_in_browser: list[str] = []


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None]:
    """Around everybody else's: pytest-django reads the settings in this hook."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        start(early_config)
    return (yield)


def start(config: pytest.Config) -> None:
    """Start the servers and tell the project by the environment; they stop with pytest."""
    home = Path(tempfile.mkdtemp(prefix="quittance-test-"))
    config.add_cleanup(lambda: shutil.rmtree(home))
    family = Family()
    config.add_cleanup(family.close)
    config.add_cleanup(lambda: forget(home / "postgres"))
    given = dict(os.environ)
    if given.get("DATABASE_URL"):
        given.setdefault("DATABASE_OWNER_URL", given["DATABASE_URL"])
    servers = Servers(home, given, family, fast=True)
    config.add_cleanup(servers.stop)
    servers.start()
    if servers.postgres:
        let_triggers_rest(servers.postgres.url("postgres", "postgres"))
    os.environ.update(servers.environment())
    os.environ["DATABASE_URL"] = os.environ["DATABASE_OWNER_URL"]
    os.environ["QUITTANCE_VAR"] = str(home)
    for name, value in KEYS.items():
        os.environ[name] = value


def let_triggers_rest(superuser_url: str) -> None:
    """The owner, never the app's role, may delete past every trigger: `tests/cleaning.py`."""
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        connection.execute(f"GRANT SET ON PARAMETER session_replication_role TO {OWNER}")


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    note_skip(report)


def pytest_collectreport(report: pytest.CollectReport) -> None:
    note_skip(report)


def note_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Remember a browser test that did not run."""
    if report.skipped and report.nodeid.startswith("tests/browser"):
        skipped_in_browser.append(report.nodeid)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI a skipped browser test is a failure."""
    if os.environ.get("CI") and skipped_in_browser and "PYTEST_XDIST_WORKER" not in os.environ:
        print("\nIn CI the browser tests must run, but these were skipped: " + ", ".join(skipped_in_browser))
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
