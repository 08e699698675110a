"""Both sides of the bridge for its tests: an ASGI server of a few lines, and applications that say pieces."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from config.bridge import Bridge, Message, Wsgi

PATIENCE = 10.0
TEXT = ("Content-Type", "text/plain")


@dataclass
class Client:
    """Takes what is sent. leave_after: leaves when it has so many messages (0: at once)."""

    leave_after: int | None = None
    takes_nothing: bool = False
    sent: list[Message] = field(default_factory=list)

    async def ask(self, bridge: Bridge, body: bytes = b"", **scope: Any) -> "Client":
        self.left = asyncio.Event()
        if self.leave_after == 0:
            self.left.set()
        async with asyncio.timeout(PATIENCE) as patience:
            try:
                await bridge(scope_of(**scope), self.receive, self.send, body)
            finally:
                assert not patience.expired(), "the bridge did not come to an end"
        return self

    async def receive(self) -> Message:
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        if self.takes_nothing and message["type"] == "http.response.body":
            await asyncio.Event().wait()
        self.sent.append(message)
        if len(self.sent) == self.leave_after:
            self.left.set()

    @property
    def status(self) -> int:
        return int(self.sent[0]["status"])

    @property
    def headers(self) -> list[tuple[bytes, bytes]]:
        return list(self.sent[0]["headers"])

    @property
    def pieces(self) -> list[bytes]:
        return [message["body"] for message in self.sent[1:]]

    @property
    def body(self) -> bytes:
        return b"".join(self.pieces)

    @property
    def has_ended(self) -> bool:
        """Whether the answer came to its end: one last piece, and it is the last."""
        return [message["more_body"] for message in self.sent[1:]][-1:] == [False]


def scope_of(**changed: Any) -> dict[str, Any]:
    """A plain GET, changed."""
    path = changed.get("path", "/")
    return {
        "type": "http", "http_version": "1.1", "method": "GET", "scheme": "http", "path": path,
        "raw_path": path.encode(), "root_path": "", "query_string": b"",
        "headers": [(b"host", b"shop.example")], "client": ("192.0.2.7", 4711),
        "server": ("127.0.0.1", 8000), **changed,
    }  # fmt: skip


def ask(app: Wsgi, body: bytes = b"", *, client: Client | None = None, **scope: Any) -> Client:
    """One request to a WSGI application behind a bridge of its own."""
    bridge = Bridge(app, workers=2)
    try:
        return asyncio.run((client or Client()).ask(bridge, body, **scope))
    finally:
        bridge.threads.shutdown()


class Answer:
    """An iterable of pieces that knows whether it was closed, and how far it came."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self.pieces, self.given, self.closed = pieces, 0, 0

    def __iter__(self) -> Iterator[bytes]:
        for piece in self.pieces:
            self.given += 1
            yield piece

    def close(self) -> None:
        self.closed += 1


def saying(
    pieces: Any, *, status: str = "200 OK", headers: list[tuple[str, str]] | None = None
) -> tuple[Wsgi, Answer]:
    answer = Answer(iter(pieces))

    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Answer:
        start_response(status, headers or [TEXT])
        return answer

    return app, answer


def of_length(size: int) -> list[tuple[str, str]]:
    return [TEXT, ("Content-Length", str(size))]


def endless() -> Iterator[bytes]:
    while True:
        yield b"x" * 1000
