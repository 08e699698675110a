"""Payers at the yes: open sessions, PINs, cookies and confirmations, and a load that sends them over HTTP.

Everything is made before the clock starts. The load is one thread over raw sockets with keep-alive, so that
it takes little of the two cores that it shares with the service.
"""

import secrets
import selectors
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.utils import timezone

from base.ids import database_now
from benchmarks._clone import copy
from benchmarks._world import AMOUNT, World
from payments.core import confirmation
from payments.core.confirmation import Shown
from people.core.pin import pin_mac
from people.flows.set_pin import active_key_id
from people.models import User
from people.sessions import SessionStore
from tests.factories import PIN

CSRF = "a" * 32
SALT = bytes(16)


@dataclass
class Line:
    """One kept-alive connection."""

    socket: socket.socket
    got: bytes = b""


def open_sessions(world: World, count: int, *, shops: int | None = None) -> tuple[int, int]:
    """Sessions as the payer's page has left them: claimed, the amount typed, not confirmed."""
    low, high = world.plan(count, shops=shops)
    later = "now() + interval '1 hour'"
    copy(
        world.connection,
        ["payments_session"],
        low=low,
        high=high,
        changed={"state": "'open'", "expires_at": later},
    )
    return low, high


def set_pins(world: World) -> None:
    """The test PIN for every payer, under the active pepper."""
    key_id = active_key_id()
    pepper = settings.PIN_PEPPERS[key_id]
    rows = world.connection.execute("SELECT person FROM bench_payer").fetchall()
    with world.connection.cursor().copy(
        "COPY people_pin (person_id, key_id, salt, mac, wrong_tries) FROM STDIN"
    ) as out:
        for (person,) in rows:
            out.write_row((person, key_id, SALT, pin_mac(pepper, person, SALT, PIN), 0))


def requests(world: World, low: int, high: int) -> list[bytes]:
    """The POST of each session's yes, with the payer's own signed-in cookie."""
    rows = world.connection.execute(
        """SELECT b.session, b.person, x.merchant_id
        FROM bench_todo b JOIN payments_session x ON x.id = b.session
        WHERE b.n > %s AND b.n <= %s ORDER BY b.n""",
        [low, high],
    ).fetchall()
    cookies = _sign_in(world, {person for _, person, _ in rows})
    expires = int((database_now() + timedelta(minutes=55)).timestamp())
    key = settings.SECRET_KEY.encode()
    return [
        _request(
            f"/pay/{session}/confirm",
            cookies[person],
            confirmation.seal(
                Shown(session, 1, person, merchant, "EUR", AMOUNT, 0), expires=expires, key=key
            ),
        )
        for session, person, merchant in rows
    ]


def _sign_in(world: World, people: set[UUID]) -> dict[UUID, str]:
    """A signed-in browser session for each; the payers share one password, so also its hash."""
    store, until = SessionStore(), timezone.now() + timedelta(days=1)
    some = User.objects.get(pk=next(iter(people)))
    cookies = {person: secrets.token_hex(16) for person in people}
    with world.connection.cursor().copy(
        "COPY people_browsersession (session_key, session_data, expire_date, person_id) FROM STDIN"
    ) as out:
        for person, cookie in cookies.items():
            data: dict[str, Any] = {
                SESSION_KEY: str(person),
                BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
                HASH_SESSION_KEY: some.get_session_auth_hash(),
            }
            out.write_row((cookie, store.encode(data), until, person))
    return cookies


def _request(path: str, cookie: str, token: str) -> bytes:
    body = urlencode({"csrfmiddlewaretoken": CSRF, "confirmation": token, "pin": PIN}).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"Cookie: {settings.SESSION_COOKIE_NAME}={cookie}; {settings.CSRF_COOKIE_NAME}={CSRF}\r\n"
        f"Accept-Encoding: identity\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def send(port: int, wanted: Sequence[bytes], *, clients: int) -> float:
    """Send all requests over `clients` connections, each waiting for its answer; returns answers a second.

    Every answer must lead to a paid page.
    """
    ready = selectors.DefaultSelector()
    left = iter(wanted)
    begun, open_lines = time.perf_counter(), 0
    for _ in range(clients):
        line = Line(socket.create_connection(("127.0.0.1", port)))
        line.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        ready.register(line.socket, selectors.EVENT_READ, line)
        open_lines += _next(line, left)
    while open_lines:
        for key, _ in ready.select():
            line = key.data
            line.got += line.socket.recv(65536)
            if _whole(line.got):
                assert line.got.startswith(b"HTTP/1.1 302") and b"/paid/" in line.got, line.got[:2000]
                line.got = b""
                open_lines -= not _next(line, left)
    took = time.perf_counter() - begun
    for key in list(ready.get_map().values()):
        key.data.socket.close()
    return len(wanted) / took


def _next(line: Line, left: Any) -> bool:
    found = next(left, None)
    if found is not None:
        line.socket.sendall(found)
    return found is not None


def _whole(got: bytes) -> bool:
    """Whether an answer has come to its end."""
    head, gap, body = got.partition(b"\r\n\r\n")
    if not gap:
        return False
    lower = head.lower()
    if b"transfer-encoding: chunked" in lower:
        return body.endswith(b"0\r\n\r\n")
    _, _, length = lower.partition(b"content-length:")
    return len(body) >= int(length.split(b"\r\n")[0] or b"0")
