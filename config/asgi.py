"""The front: one port. Live events are answered here, everything else by Django as WSGI in threads.

Django is never run as an ASGI application: that is far slower, and each open line would hold a thread.
A request is read whole before it takes a thread, so a slow sender holds nobody up.
"""

import asyncio
import re
from uuid import UUID

from config import env
from config.bridge import Bridge, Receive, Send
from config.environ import Scope
from config.wsgi import application as django
from merchants.core.picture import MOST_BYTES
from payments.web import live  # below wsgi: Django must be set up first

TILL_EVENTS = re.compile(r"/events/till/([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})")
MAX_BODY = MOST_BYTES + 64 * 1024  # a picture and the form around it
# A browser shows our answer only when it has sent all: a photo as phones take them is read and thrown away.
MOST_READ = 16 * 1024 * 1024
BODY_SECONDS = 30.0  # two megabytes over a slow line
NO = (
    b"What you sent is larger than 2 MB, or did not come to its end. Nothing was kept. "
    b"Go back and send a smaller file.\n"
)
# Threads of Django and of live events share one pool of database connections.
POOL = env.whole("DATABASE_POOL", 0)
pages = Bridge(django, workers=max(POOL - live.THREADS, 2) if POOL else 10)


class Unreadable(Exception):
    """A request that does not come to its end. status: the answer."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] != "http":
        await pages(scope, receive, send)
        return
    if found := TILL_EVENTS.fullmatch(scope["path"]):
        await live.till_events(scope, receive, send, UUID(found[1]))
        return
    # "X_Forwarded_Proto" would reach Django under the same name as the proxy's "X-Forwarded-Proto".
    scope["headers"] = [(name, value) for name, value in scope["headers"] if b"_" not in name]
    try:
        async with asyncio.timeout(BODY_SECONDS):
            body = await _whole_body(receive, _stated_length(scope))
    except (Unreadable, TimeoutError) as no:
        await _refuse(send, no.status if isinstance(no, Unreadable) else 408)
        return
    if body is not None:
        await pages(scope, receive, send, body)


def _stated_length(scope: Scope) -> int:
    stated = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    return int(stated) if stated.isdigit() else 0


async def _whole_body(receive: Receive, stated: int) -> bytes | None:
    """The request's body, or None when the client left before its end. stated: its length by its header."""
    if stated > MOST_READ:
        raise Unreadable(413)
    body, size, more = bytearray(), 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        piece, more = message.get("body", b""), message.get("more_body", False)
        size += len(piece)
        if size <= MAX_BODY:
            body += piece
        elif size > MOST_READ:
            raise Unreadable(413)
        else:
            body.clear()
    if size > MAX_BODY:
        raise Unreadable(413)
    return bytes(body)


async def _refuse(send: Send, status: int) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": NO})
