"""The bridge keeps what PEP 3333 promises an application, and ASGI a server: seen from both sides."""

import asyncio
import sys
import threading
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import Any
from wsgiref.validate import validator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.bridge import Bridge, Message
from tests.config.asgi_client import PATIENCE, TEXT, Client, ask, endless, of_length, saying


def test_a_page_is_one_start_and_one_body() -> None:
    app, answer = saying([b"hello"], headers=of_length(5))
    got = ask(app)
    assert got.sent == [
        {
            "type": "http.response.start",
            "status": 200,
            "headers": [(b"content-type", b"text/plain"), (b"content-length", b"5")],
        },
        {"type": "http.response.body", "body": b"hello", "more_body": False},
    ]
    assert answer.closed == 1


@given(pieces=st.lists(st.binary(max_size=5), max_size=6), said=st.booleans())
def test_any_pieces_arrive_whole_in_order_and_end_once(pieces: list[bytes], said: bool) -> None:
    app, answer = saying(pieces, headers=of_length(len(b"".join(pieces))) if said else [TEXT])
    got = ask(app)
    assert got.body == b"".join(pieces)
    assert got.has_ended and [m["type"] for m in got.sent].count("http.response.start") == 1
    assert [message["more_body"] for message in got.sent[1:-1]] == [True] * (len(got.sent) - 2)
    assert answer.closed == 1


@given(body=st.binary(max_size=200), method=st.sampled_from(["GET", "HEAD", "POST"]), chunked=st.booleans())
def test_a_strange_judge_finds_nothing_to_say(body: bytes, method: str, chunked: bool) -> None:
    """wsgiref's validator checks every value, type and call on both sides of the application."""

    def echo(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        start_response("200 OK", [TEXT, ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")])
        return [environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH", 0)))]

    length = (b"transfer-encoding", b"chunked") if chunked else (b"content-length", b"%d" % len(body))
    got = ask(validator(echo), body, method=method, headers=[(b"host", b"x"), (b"cookie", b"a=1"), length])
    assert got.body == (b"" if method == "HEAD" else body)
    assert got.headers == [
        (b"content-type", b"text/plain"), (b"set-cookie", b"a=1"), (b"set-cookie", b"b=2"),
    ]  # fmt: skip


def test_a_header_is_latin_1() -> None:
    app, _ = saying([b""], headers=[("X-Name", "Zo\xeb")])
    assert ask(app).headers == [(b"x-name", b"Zo\xeb")]


def test_a_head_has_headers_and_no_body_and_reads_no_further() -> None:
    app, answer = saying(endless(), headers=of_length(10**9))
    got = ask(app, method="HEAD")
    assert (b"content-length", b"1000000000") in got.headers
    assert (got.pieces, got.has_ended, answer.closed) == ([b""], True, 1)
    assert answer.given <= 1


@pytest.mark.parametrize("status", ["204 No Content", "304 Not Modified"])
def test_where_no_body_may_be_there_is_none_and_no_length(status: str) -> None:
    app, answer = saying([b"not to be seen"], status=status, headers=of_length(14))
    got = ask(app)
    assert (got.pieces, got.headers, answer.closed) == ([b""], [(b"content-type", b"text/plain")], 1)


def test_a_view_comes_to_its_end_though_its_client_has_left() -> None:
    done = []

    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        threading.Event().wait(0.05)
        done.append("paid")
        start_response("200 OK", of_length(2))
        return [b"ok"]

    ask(app, client=Client(leave_after=0))
    assert done == ["paid"]


def test_a_view_comes_to_its_end_though_the_server_gives_up_waiting() -> None:
    begun, finish, done = threading.Event(), threading.Event(), threading.Event()

    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        begun.set()
        assert finish.wait(PATIENCE)
        done.set()
        return []

    async def cut(bridge: Bridge) -> None:
        task = asyncio.create_task(Client().ask(bridge))
        await asyncio.to_thread(begun.wait, PATIENCE)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        finish.set()

    bridge = Bridge(app, workers=1)
    asyncio.run(cut(bridge))
    bridge.threads.shutdown()
    assert done.is_set()


def test_an_error_before_the_start_is_the_servers_to_answer() -> None:
    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        raise ZeroDivisionError

    client = Client()
    with pytest.raises(ZeroDivisionError):
        ask(app, client=client)
    assert client.sent == []


def test_an_application_that_changes_its_mind_in_time_is_heard() -> None:
    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterator[bytes]:
        start_response("204 No Content", of_length(99))
        try:
            raise ZeroDivisionError
        except ZeroDivisionError:
            start_response("500 Oh", [TEXT], sys.exc_info())
        yield b"sorry"

    got = ask(app)
    assert (got.status, got.headers, got.body) == (500, [(b"content-type", b"text/plain")], b"sorry")


def test_an_application_that_changes_its_mind_too_late_is_stopped() -> None:
    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterator[bytes]:
        start_response("200 OK", [TEXT])
        yield b"well"
        try:
            raise ZeroDivisionError
        except ZeroDivisionError:
            start_response("500 Oh", [TEXT], sys.exc_info())
        yield b"never said"

    client = Client()
    with pytest.raises(ZeroDivisionError):
        ask(app, client=client)
    assert (client.status, client.pieces) == (200, [b"well"])


def test_start_response_is_called_once_and_not_never() -> None:
    def twice(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        start_response("200 OK", [TEXT])
        start_response("200 OK", [TEXT])
        return []

    def never(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        return [b"x"]

    for app in (twice, never):
        with pytest.raises(RuntimeError, match="start_response"):
            ask(app)


def test_what_is_written_comes_before_what_is_returned() -> None:
    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        write = start_response("200 OK", of_length(3))
        write(b"ab")
        return [b"c"]

    got = ask(app)
    assert (got.body, got.has_ended) == (b"abc", True)
    got = ask(app, method="HEAD")
    assert [message["type"] for message in got.sent] == ["http.response.start", "http.response.body"]
    assert (got.body, got.has_ended) == (b"", True)


def test_what_a_view_leaves_in_its_context_does_not_reach_the_next() -> None:
    kept: ContextVar[str] = ContextVar("kept", default="nobody")
    seen = []

    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        seen.append((threading.get_ident(), kept.get()))
        kept.set("ann")
        start_response("200 OK", of_length(0))
        return [b""]

    async def both(bridge: Bridge) -> None:
        await Client().ask(bridge)
        await Client().ask(bridge)

    bridge = Bridge(app, workers=1)
    asyncio.run(both(bridge))
    bridge.threads.shutdown()
    assert seen[0][0] == seen[1][0] and seen[1][1] == "nobody"


def test_no_more_run_at_once_than_there_are_workers_and_the_others_wait() -> None:
    lock, now, most = threading.Lock(), 0, 0

    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        threading.Event().wait(0.01)
        with lock:
            now -= 1
        start_response("200 OK", of_length(2))
        return [b"ok"]

    async def many(bridge: Bridge) -> list[Client]:
        return await asyncio.gather(*(Client().ask(bridge) for _ in range(12)))

    bridge = Bridge(app, workers=3)
    assert [each.body for each in asyncio.run(many(bridge))] == [b"ok"] * 12
    bridge.threads.shutdown()
    assert most == 3


def test_the_servers_life_is_greeted_and_a_websocket_is_not_opened() -> None:
    async def say(kind: str, *events: str) -> list[str]:
        coming, sent = iter(events), []

        async def receive() -> Message:
            return {"type": next(coming)}

        async def send(message: Message) -> None:
            sent.append(message["type"])

        await Bridge(saying([])[0], workers=1)({"type": kind}, receive, send)
        return sent

    told = asyncio.run(say("lifespan", "lifespan.startup", "lifespan.shutdown"))
    assert told == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    assert asyncio.run(say("websocket", "websocket.connect")) == ["websocket.close"]
