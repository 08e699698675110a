"""The web's pooled connections: used again without a round trip, never handed out dead."""

import time
from collections.abc import Iterator
from contextlib import suppress
from copy import deepcopy
from typing import Any

import psycopg
import psycopg_pool
import pytest
from django.db import OperationalError, connection

from base.owner import as_owner
from config.postgres import base
from deploy.valkey import free_port

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The connections that were asked."""
    asked: list[Any] = []
    check = psycopg_pool.ConnectionPool.check_connection

    def counting(conn: Any) -> None:
        asked.append(conn)
        check(conn)

    monkeypatch.setattr(psycopg_pool.ConnectionPool, "check_connection", staticmethod(counting))
    return asked


def wrapper(alias: str, *, size: int = 1, **changed: Any) -> base.DatabaseWrapper:
    settings = deepcopy(connection.settings_dict) | {"CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": False} | changed
    settings["OPTIONS"]["pool"] = {
        "min_size": size, "max_size": size, "timeout": 2, "reconnect_timeout": 0.5,
    }  # fmt: skip
    return base.DatabaseWrapper(settings, alias=alias)


@pytest.fixture
def pooled(db: None) -> Iterator[base.DatabaseWrapper]:
    """The web's way to the test database: one connection, given back after each use."""
    found = wrapper("pooled")
    yield found
    found.close()
    found.close_pool()


def pid(pooled: base.DatabaseWrapper) -> int:
    """A request: take a connection, use it, give it back; the server's process behind it."""
    try:
        with pooled.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            return int(cursor.fetchone()[0])
    finally:
        pooled.close()


def kill(*pids: int) -> None:
    with as_owner(connection), connection.cursor() as cursor:
        for each in pids:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [each])
            assert cursor.fetchone()[0] is True


def test_a_connection_in_use_is_not_asked_again(pooled: base.DatabaseWrapper, checks: list[Any]) -> None:
    first = pid(pooled)
    checks.clear()
    assert [pid(pooled) for _ in range(5)] == [first] * 5
    assert checks == []


def test_one_that_lay_idle_is_asked(
    pooled: base.DatabaseWrapper, checks: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = pid(pooled)
    assert len(checks) == 1  # nobody knows how long a new one has waited in the pool
    monkeypatch.setattr(base, "IDLE_SECONDS", 0.05)
    time.sleep(0.06)
    assert pid(pooled) == first and len(checks) == 2


def test_one_that_the_server_has_ended_is_not_handed_out(pooled: base.DatabaseWrapper) -> None:
    first = pid(pooled)
    kill(first)
    assert pid(pooled) != first


def test_one_that_does_not_pass_is_not_given_back_to_the_next(
    pooled: base.DatabaseWrapper, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the reason: one that seems to live is closed all the same."""
    first, answers = pid(pooled), [psycopg.OperationalError("a timeout")]
    monkeypatch.setattr(base, "IDLE_SECONDS", 0.0)

    def once(conn: Any) -> None:
        if answers:
            raise answers.pop()

    monkeypatch.setattr(psycopg_pool.ConnectionPool, "check_connection", staticmethod(once))
    assert pid(pooled) != first


def test_when_all_were_ended_the_next_request_is_answered(db: None) -> None:
    """As after a restart of the database: every connection of the pool is dead."""
    threads = [wrapper("many", size=3) for _ in range(3)]  # one pool, three who hold a connection of it
    try:
        pids = set()
        for each in threads:
            with each.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                pids.add(cursor.fetchone()[0])
        assert len(pids) == 3
        for each in threads:
            each.close()
        kill(*pids)
        assert pid(threads[0]) not in pids
    finally:
        for each in threads:
            each.close()
        threads[0].close_pool()


def test_one_with_news_is_asked_and_kept(pooled: base.DatabaseWrapper, checks: list[Any]) -> None:
    """Not all that waits in a socket is an end: a notice is read, and the connection stays."""
    with pooled.cursor() as cursor:
        cursor.execute("LISTEN something")
    pooled.close()
    first = pid(pooled)
    checks.clear()
    with connection.cursor() as cursor:
        cursor.execute("NOTIFY something")
    time.sleep(0.05)
    assert pid(pooled) == first and len(checks) == 1


def test_a_database_that_is_away_is_an_error_soon_and_not_for_ever(db: None) -> None:
    away = wrapper("away", HOST="127.0.0.1", PORT=str(free_port()))
    began = time.monotonic()
    with pytest.raises(OperationalError):
        pid(away)
    assert time.monotonic() - began < 5
    with suppress(OperationalError):
        away.close_pool()


def test_without_a_pool_it_is_djangos_own(db: None) -> None:
    plain = wrapper("plain")
    plain.settings_dict["OPTIONS"].pop("pool")
    assert pid(plain) != pid(plain)
