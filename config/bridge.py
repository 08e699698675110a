"""A WSGI application behind an ASGI server: one hop to a thread a request, one hop back (PEP 3333, ASGI 3).

The front has read the body whole, so a thread needs nothing more from the event loop. A page comes back in
one piece. What streams is sent piece by piece: its thread waits for each, so memory stays flat.
A client that leaves stops a stream, but never a view: what moves money comes to its end.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from typing import Any

from config.environ import Scope, environ_of

STALL_SECONDS = 60.0  # a client that takes nothing of a stream for so long is gone

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Gone(Exception):
    """The client takes nothing more: the stream ends here."""


class Bridge:
    """An ASGI application that calls `app` in one of `workers` threads; who comes meanwhile queues."""

    def __init__(self, app: Wsgi, workers: int) -> None:
        self.app = app
        self.threads = ThreadPoolExecutor(workers, thread_name_prefix="wsgi")

    async def __call__(self, scope: Scope, receive: Receive, send: Send, body: bytes = b"") -> None:
        """Answer one request, of which `body` is all, and `receive` only tells that the client left."""
        if scope["type"] == "lifespan":
            return await _live(receive, send)
        if scope["type"] != "http":
            return await send({"type": "websocket.close", "code": 1000})
        loop = asyncio.get_running_loop()
        call = Call(self.app, (scope, body), loop, receive, send)
        try:
            # A context of its own: what a view sets there does not reach the thread's next request.
            for message in await loop.run_in_executor(self.threads, Context().run, call.work):
                await send(message)
        finally:
            call.end()


class Call:
    """One request: `work` and `start_response` run in a thread, the async functions in the event loop."""

    def __init__(
        self,
        app: Wsgi,
        request: tuple[Scope, bytes],
        loop: asyncio.AbstractEventLoop,
        receive: Receive,
        send: Send,
    ) -> None:
        self.app, self.request, self.loop, self.receive, self.send = app, request, loop, receive, send
        self.bare = False  # an answer without a body
        self.head: Message | None = None
        self.length: bytes | None = None
        self.begun = self.gone = False
        self.watcher: asyncio.Task[None] | None = None

    def work(self) -> list[Message]:
        """Call the application; returns what is left to be sent, which for a page is all of it."""
        answer = self.app(environ_of(*self.request), self.start_response)
        try:
            pieces = iter(answer)
            first = next(pieces, b"")
            if self.head is None:
                raise RuntimeError("The application did not call start_response.")
            if self.bare:
                return [self.head, _piece(b"")]
            if not self.begun and self.length == b"%d" % len(first):
                return [self.head, _piece(first)]
            self.write(first)
            for piece in pieces:
                self.write(piece)
            return [_piece(b"")] if self.begun else [self.head, _piece(b"")]
        except Gone:
            return []
        finally:
            if hasattr(answer, "close"):
                answer.close()

    def start_response(
        self, status: str, headers: list[tuple[str, str]], exc_info: Any = None
    ) -> Callable[[bytes], None]:
        if exc_info:
            if self.begun:
                raise exc_info[1].with_traceback(exc_info[2])
        elif self.head is not None:
            raise RuntimeError("The application called start_response twice.")
        code = int(status[:3])
        lines = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        empty = code < 200 or code in (204, 304)
        if empty:  # Django says "0" there, where RFC 9110 (8.6) wants nothing or the truth
            lines = [line for line in lines if line[0] != b"content-length"]
        self.bare = empty or self.request[0]["method"] == "HEAD"
        self.length = dict(lines).get(b"content-length")
        self.head = {"type": "http.response.start", "status": code, "headers": lines}
        return self.write

    def write(self, piece: bytes) -> None:
        """Send a piece of a stream, and wait until the server has taken it."""
        if self.gone:
            raise Gone
        if piece and not self.bare:
            asyncio.run_coroutine_threadsafe(self._pass_on(piece), self.loop).result()

    async def _pass_on(self, piece: bytes) -> None:
        async with asyncio.timeout(STALL_SECONDS):
            if not self.begun:
                self.begun = True
                assert self.head is not None
                self.watcher = self.loop.create_task(self._watch())
                await self.send(self.head)
            await self.send(_piece(piece, more=True))

    async def _watch(self) -> None:
        while (await self.receive())["type"] != "http.disconnect":
            pass
        self.gone = True

    def end(self) -> None:
        self.gone = True
        if self.watcher is not None:
            self.watcher.cancel()


def _piece(body: bytes, *, more: bool = False) -> Message:
    return {"type": "http.response.body", "body": body, "more_body": more}


async def _live(receive: Receive, send: Send) -> None:
    while True:
        event = (await receive())["type"]
        await send({"type": f"{event}.complete"})
        if event == "lifespan.shutdown":
            return
