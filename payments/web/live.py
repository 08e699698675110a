"""Live news for a till: server-sent events, outside Django, so that an open line costs no thread.

The events stand in PostgreSQL; Redis only rings. A line begins behind the last id that its page knows
(`Last-Event-ID`, or `?after=` for a page that was just drawn), else now. Session and role are looked up at
the start and again every few seconds: who may not see the till, or no longer, gets what a stranger gets.
"""

import asyncio
import contextlib
import json
import time
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import parse_qs
from uuid import UUID

from django.conf import settings
from django.db import Error, connections
from django.http.cookie import parse_cookie

from base.core.errors import Refused
from base.core.uuid7 import floor_of, unix_ms_of
from base.models import Event
from merchants.core.roles import Action
from merchants.queries import till_for
from payments.queries.events import OVERLAP_MS, events_since, topics_of
from payments.web.doorbell import Doorbell
from people.queries import person_behind

POLL_SECONDS = 1.0  # without Redis
CALM_POLL_SECONDS = 5.0  # with Redis: a ring may be lost
BEAT_SECONDS = 10.0
CHECK_SECONDS = 10.0  # how long an ended session or role may still listen
STALL_SECONDS = 15.0  # a client that takes nothing for so long is gone
LONGEST_REPLAY_MS = 24 * 3_600_000
BATCH = 200
MAX_LINES = 500
THREADS = 2  # each uses one database connection for a moment

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Topics = tuple[str, ...]
T = TypeVar("T")

doorbell = Doorbell(settings.REDIS_URL)
_threads = ThreadPoolExecutor(THREADS, thread_name_prefix="live")
_lines = 0


async def till_events(scope: Scope, receive: Receive, send: Send, till_id: UUID) -> None:
    """Answer one request for a till's events; returns when the client has gone or may no longer listen."""
    global _lines
    if scope["method"] != "GET":
        return await _answer(send, 405, b"Use GET.")
    if _lines >= MAX_LINES:
        return await _answer(send, 503, b"Too many open lines. The page asks again by itself.")
    _lines += 1
    try:
        headers = {name.lower(): value.decode("latin1") for name, value in scope["headers"]}
        cookie = parse_cookie(headers.get(b"cookie", "")).get(settings.SESSION_COOKIE_NAME, "")
        try:
            topics = await _in_thread(lambda: _topics_for(cookie, till_id))
        except Error:
            return await _answer(send, 503, b"The books are away. The page asks again by itself.")
        if topics is None:
            return await _answer(send, 404, b"There is nothing here that you may see.")
        line = Line(send, till_id, cookie, topics, after=_after(scope, headers))
        await line.run(receive)
    finally:
        _lines -= 1


@dataclass
class Line:
    """One open line to one page."""

    send: Send
    till_id: UUID
    cookie: str
    topics: Topics
    after: UUID | None
    bell: asyncio.Event = field(default_factory=asyncio.Event)
    gone: bool = False
    sent: set[UUID] = field(default_factory=set)

    async def run(self, receive: Receive) -> None:
        watcher = asyncio.create_task(self._watch(receive))
        try:
            with doorbell.heard_by(self.bell, self.topics):
                await self._talk()
        except TimeoutError:
            pass  # the client takes nothing any more
        finally:
            watcher.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await watcher

    async def _watch(self, receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        self.gone = True
        self.bell.set()

    async def _talk(self) -> None:
        headers = [
            (b"content-type", b"text/event-stream; charset=utf-8"),
            (b"cache-control", b"no-store"),
            (b"x-accel-buffering", b"no"),
            (b"x-content-type-options", b"nosniff"),
        ]
        await self.send({"type": "http.response.start", "status": 200, "headers": headers})
        last = self.after or await self._begin_now()
        await self._say(f"retry: 2000\nid: {last}\n{_beat()}")
        beat_at = check_at = time.monotonic()
        while not self.gone:
            self.bell.clear()
            last = await self._news(last)
            now = time.monotonic()
            if now - beat_at >= BEAT_SECONDS:
                beat_at = now
                await self._say(_beat())
            if now - check_at >= CHECK_SECONDS:
                check_at = now
                if not await self._still_allowed():
                    return await self._hang_up()
            pause = CALM_POLL_SECONDS if doorbell.is_up else POLL_SECONDS
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.bell.wait(), min(pause, BEAT_SECONDS, CHECK_SECONDS))

    async def _begin_now(self) -> UUID:
        """From now on: what can be seen already is the page's own business."""
        now = floor_of(time.time_ns() // 1_000_000)
        self.sent.update(event.id for event in await self._read(now))
        return now

    async def _news(self, last: UUID) -> UUID:
        """Send what is new behind `last`; return the newest id that has been sent."""
        while events := await self._read(last):
            for event in events:
                if event.id not in self.sent:
                    self.sent.add(event.id)
                    await self._say(_said(event))
            if events[-1].id <= last:
                break
            last = events[-1].id
        horizon = floor_of(unix_ms_of(last) - OVERLAP_MS)
        self.sent = {each for each in self.sent if each >= horizon}
        return last

    async def _read(self, after: UUID) -> list[Event]:
        try:
            return await _in_thread(lambda: events_since(self.topics, after, BATCH))
        except Error:  # the database is away for a moment: the next poll asks again
            return []

    async def _still_allowed(self) -> bool:
        try:
            return await _in_thread(lambda: _topics_for(self.cookie, self.till_id)) == self.topics
        except Error:
            return True

    async def _say(self, text: str) -> None:
        message = {"type": "http.response.body", "body": f"{text}\n\n".encode(), "more_body": True}
        await asyncio.wait_for(self.send(message), STALL_SECONDS)

    async def _hang_up(self) -> None:
        """Tell the page that it may not listen any more, so that it stops asking."""
        await self._say("event: ended\ndata: {}")
        await asyncio.wait_for(self.send({"type": "http.response.body", "body": b""}), STALL_SECONDS)


def _topics_for(cookie: str, till_id: UUID) -> Topics | None:
    """The audiences of a till, for somebody who may charge there; None for everybody else."""
    try:
        till = till_for(person_behind(cookie), till_id, Action.CHARGE)
    except Refused:
        return None
    return tuple(topics_of(till))


def _after(scope: Scope, headers: dict[bytes, str]) -> UUID | None:
    """The last event that the page knows; None where it names none, or nothing that was ever an id."""
    asked = parse_qs(scope["query_string"].decode("latin1")).get("after", [""])
    try:
        last = UUID(headers.get(b"last-event-id") or asked[0])
    except ValueError:
        return None
    if last.version != 7:
        return None
    now_ms = time.time_ns() // 1_000_000
    if unix_ms_of(last) > now_ms + OVERLAP_MS:
        return None
    return max(last, floor_of(now_ms - LONGEST_REPLAY_MS))


def _said(event: Event) -> str:
    return f"id: {event.id}\nevent: {event.kind}\ndata: {json.dumps(event.payload, separators=(',', ':'))}"


def _beat() -> str:
    """A sign of life that the page can count, which a comment line is not; with our time, for a till whose
    own clock may be wrong."""
    return f'event: beat\ndata: {{"at":{time.time_ns() // 1_000_000}}}'


async def _in_thread(read: Callable[[], T]) -> T:
    """Read in a thread that keeps no database connection."""
    return await asyncio.get_running_loop().run_in_executor(_threads, _closing, read)


def _closing(read: Callable[[], T]) -> T:
    try:
        return read()
    finally:
        connections.close_all()


async def _answer(send: Send, status: int, text: bytes) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": text})
