"""Servers that are given are used and left alone; the plugin's own are started once and stopped."""

import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from deploy.family import Family
from deploy.servers import Servers
from tests import servers as plugin

URLS = {"DATABASE_URL": "postgres://app", "DATABASE_OWNER_URL": "postgres://owner", "REDIS_URL": "redis://x"}


def test_given_servers_are_used_and_nothing_is_started(tmp_path: Path, family: Family) -> None:
    servers = Servers(tmp_path, URLS, family)
    servers.start()
    assert servers.environment() == URLS
    servers.stop()
    assert list(tmp_path.iterdir()) == []


def test_a_database_without_its_owner_is_refused_in_words(tmp_path: Path, family: Family) -> None:
    with pytest.raises(SystemExit, match="Set it too"):
        Servers(tmp_path, {"DATABASE_URL": "postgres://app"}, family)


def test_each_is_chosen_for_itself(tmp_path: Path, family: Family) -> None:
    servers = Servers(tmp_path, {"REDIS_URL": "redis://x"}, family)
    assert servers.valkey is None
    servers.start()
    urls = servers.environment()
    assert urls["REDIS_URL"] == "redis://x"
    assert urls["DATABASE_URL"].startswith("postgres://quittance_app@%2F")
    assert urls["DATABASE_OWNER_URL"].startswith("postgres://quittance_owner@%2F")
    servers.stop()


@pytest.mark.django_db
def test_tests_connect_as_owner_and_act_as_app() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT session_user::text, current_user::text")
        assert cursor.fetchone()[1] == "quittance_app"
    assert os.environ["DATABASE_URL"] == os.environ["DATABASE_OWNER_URL"]
    assert os.environ["REDIS_URL"] == settings.REDIS_URL


def test_workers_of_xdist_use_the_servers_of_their_controller(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[Any] = []
    monkeypatch.setattr(plugin, "start", started.append)
    monkeypatch.setenv("PYTEST_XDIST_WORKER", "gw0")
    config: Any = object()
    list(plugin.pytest_load_initial_conftests(config))
    assert started == []
    monkeypatch.delenv("PYTEST_XDIST_WORKER")
    list(plugin.pytest_load_initial_conftests(config))
    assert started == [config]


@pytest.mark.parametrize(
    ("ci", "nodeid", "skipped", "status"),
    [
        ("true", "tests/browser/test_story.py::test_pay", True, pytest.ExitCode.TESTS_FAILED),
        ("true", "tests/browser/test_story.py::test_pay", False, pytest.ExitCode.OK),
        ("true", "tests/deploy/test_postgres.py::test_root", True, pytest.ExitCode.OK),
        ("", "tests/browser/test_story.py::test_pay", True, pytest.ExitCode.OK),
    ],
)
def test_in_ci_the_browser_is_promised(
    ci: str, nodeid: str, skipped: bool, status: pytest.ExitCode, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", ci)
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)
    monkeypatch.setattr(plugin, "skipped_in_browser", [])
    report: Any = SimpleNamespace(nodeid=nodeid, skipped=skipped)
    plugin.pytest_runtest_logreport(report)
    session: Any = SimpleNamespace(exitstatus=pytest.ExitCode.OK)
    plugin.pytest_sessionfinish(session)
    assert session.exitstatus == status
