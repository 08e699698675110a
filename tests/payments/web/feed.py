"""For tests of the live feed: a front in a process of its own, and a reader of its server-sent events."""

import http.client
import json
import os
import queue
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client

from deploy.valkey import free_port
from people.models import User

PATIENCE = 15.0


@contextmanager
def front(*, redis_url: str | None = None, **constants: dict[str, Any]) -> Iterator[int]:
    """Serve the test database; gives the port. live=, front=: constants to be set otherwise."""
    port = free_port()
    address = os.environ["DATABASE_URL"].rsplit("/", 1)[0]
    env = {
        **os.environ,
        "DATABASE_URL": f"{address}/{connection.settings_dict['NAME']}",
        "REDIS_URL": redis_url or os.environ["REDIS_URL"],
        "DJANGO_SETTINGS_MODULE": "config.settings",
        **{name.upper(): json.dumps(values) for name, values in constants.items()},
    }
    command = [sys.executable, "-m", "uvicorn", "tests.payments.web.front:application", "--port", str(port)]
    process = subprocess.Popen([*command, "--timeout-graceful-shutdown", "1"], env=env, cwd=settings.BASE_DIR)
    try:
        _wait_until_it_answers(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(PATIENCE)


def _wait_until_it_answers(port: int, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert process.poll() is None, "the front has ended"
        try:
            if ask(port, "/healthz")[0] == 200:
                return
        except OSError:
            time.sleep(0.05)
    raise AssertionError("the front does not answer")


def cookie_of(person: User) -> str:
    """The cookie of a browser that is signed in."""
    client = Client()
    client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
    name = settings.SESSION_COOKIE_NAME
    return f"{name}={client.cookies[name].value}"


def ask(
    port: int, path: str, *, method: str = "GET", body: bytes = b"", **headers: str
) -> tuple[int, dict[str, str], bytes]:
    """One plain request: status, headers without the date, body."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        line.request(method, path, body=body or None, headers=headers)
        answer = line.getresponse()
        kept = {name.lower(): value for name, value in answer.getheaders() if name.lower() != "date"}
        return answer.status, kept, answer.read()
    finally:
        line.close()


@dataclass
class Message:
    """One server-sent event."""

    kind: str
    id: str
    data: dict[str, Any]


@dataclass
class Feed:
    """An open line to a till's events, read by a thread; close it, or use it as a context."""

    port: int
    till: object
    cookie: str
    last_id: str = ""
    after: str = ""
    messages: "queue.Queue[Message | None]" = field(default_factory=queue.Queue)

    def __enter__(self) -> "Feed":
        self.line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        headers = {"Cookie": self.cookie, **({"Last-Event-ID": self.last_id} if self.last_id else {})}
        self.line.request("GET", f"/events/till/{self.till}?after={self.after}", headers=headers)
        self.answer = self.line.getresponse()
        assert self.answer.status == 200, self.answer.status
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()
        self.begin = self.next("beat").id
        return self

    def __exit__(self, *_: object) -> None:
        if self.line.sock is not None:  # shut down, not only closed: the thread still reads from it
            self.line.sock.shutdown(socket.SHUT_RDWR)
        self.thread.join(PATIENCE)
        self.line.close()

    def next(self, *kinds: str, within: float = PATIENCE) -> Message:
        """The next message of these kinds (of any, beats aside)."""
        deadline = time.monotonic() + within
        while True:
            message = self.messages.get(timeout=max(deadline - time.monotonic(), 0.001))
            assert message is not None, "the line was closed"
            if message.kind in kinds or (not kinds and message.kind != "beat"):
                return message

    def wait_for_the_end(self) -> None:
        while self.messages.get(timeout=PATIENCE) is not None:
            pass

    def _read(self) -> None:
        found: dict[str, str] = {}
        try:
            for raw in self.answer:
                name, _, value = raw.decode().rstrip("\n").partition(": ")
                if name:
                    found[name] = value
                elif "event" in found:
                    data = json.loads(found.get("data", "null"))
                    self.messages.put(Message(found["event"], found.get("id", ""), data))
                    found = {}
        except (OSError, ValueError, AttributeError):
            pass  # closed by the test
        finally:
            self.messages.put(None)
