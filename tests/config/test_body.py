"""What the front reads of a request: a picture whole, a photo to its end to say no, of a flood nothing."""

import asyncio
from typing import Any

import pytest

from config import asgi
from config.asgi import MAX_BODY, MOST_READ
from merchants.core.picture import MOST_BYTES

PIECE = 64 * 1024


class Sender:
    """Sends `size` bytes in pieces, endlessly for None; counts what was read of them."""

    def __init__(self, size: int | None) -> None:
        self.size, self.read, self.said = size, 0, list[dict[str, Any]]()

    async def receive(self) -> dict[str, Any]:
        piece = PIECE if self.size is None else min(PIECE, self.size - self.read)
        self.read += piece
        more = self.size is None or self.read < self.size
        return {"type": "http.request", "body": b"x" * piece, "more_body": more}

    async def send(self, message: Any) -> None:
        self.said.append(message)

    def ask(self, *headers: tuple[bytes, bytes]) -> int:
        scope = {"type": "http", "path": "/", "method": "POST", "headers": list(headers)}
        asyncio.run(asgi.application(scope, self.receive, self.send))
        return int(self.said[0]["status"]) if self.said else 0


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The lengths of the bodies that came through to Django."""
    lengths: list[int] = []

    async def pages(scope: Any, receive: Any, send: Any, body: bytes) -> None:
        lengths.append(len(body))

    monkeypatch.setattr(asgi, "pages", pages)
    return lengths


def test_a_picture_and_the_form_around_it_come_through(taken: list[int]) -> None:
    assert MAX_BODY > MOST_BYTES
    assert Sender(MAX_BODY).ask((b"content-length", str(MAX_BODY).encode())) == 0
    assert taken == [MAX_BODY]


def test_a_photo_is_read_to_its_end_so_that_its_sender_sees_the_no(taken: list[int]) -> None:
    for size in (MAX_BODY + 1, MOST_READ):
        photo = Sender(size)
        assert photo.ask((b"content-length", str(size).encode())) == 413
        assert photo.read == size
        assert b"larger than 2 MB" in photo.said[1]["body"] and b"Nothing was kept" in photo.said[1]["body"]
    assert not taken


def test_what_says_that_it_is_a_flood_is_not_read_at_all(taken: list[int]) -> None:
    flood = Sender(1024**3)
    assert flood.ask((b"content-length", b"1073741824")) == 413
    assert flood.read == 0 and not taken


@pytest.mark.parametrize("stated", [[], [(b"content-length", b"-1")], [(b"content-length", b"ten")]])
def test_a_flood_that_does_not_say_so_is_cut_off(stated: list[tuple[bytes, bytes]], taken: list[int]) -> None:
    flood = Sender(None)
    assert flood.ask(*stated) == 413
    assert flood.read <= MOST_READ + PIECE and not taken
