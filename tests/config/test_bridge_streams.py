"""What streams through the bridge: piece by piece, waited for, closed whoever leaves or fails."""

import asyncio
import threading
from collections.abc import Iterator

import pytest

from config import bridge as module
from config.bridge import Bridge, Message
from tests.config.asgi_client import PATIENCE, Client, ask, endless, saying


def test_a_stream_waits_for_its_client() -> None:
    """Each piece is made when the one before has been taken: memory stays flat."""
    lead = []

    class Slow(Client):
        async def send(self, message: Message) -> None:
            await asyncio.sleep(0.001)
            await super().send(message)
            lead.append(answer.given - len([piece for piece in self.pieces if piece]))

    app, answer = saying([b"x"] * 30)
    assert ask(app, client=Slow()).body == b"x" * 30
    assert max(lead) <= 1


def test_the_first_piece_does_not_wait_for_the_second() -> None:
    taken = threading.Event()

    def pieces() -> Iterator[bytes]:
        yield b"first"
        assert taken.wait(PATIENCE)
        yield b"second"

    class Telling(Client):
        async def send(self, message: Message) -> None:
            await super().send(message)
            if message.get("body") == b"first":
                taken.set()

    assert ask(saying(pieces())[0], client=Telling()).body == b"firstsecond"


@pytest.mark.parametrize("leave_after", [0, 3])
def test_who_leaves_ends_the_stream_and_it_is_closed(leave_after: int) -> None:
    app, answer = saying(endless())
    got = ask(app, client=Client(leave_after=leave_after))
    assert answer.closed == 1 and not got.has_ended


def test_who_takes_nothing_any_more_does_not_keep_a_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "STALL_SECONDS", 0.05)
    app, answer = saying(endless())
    with pytest.raises(TimeoutError):
        ask(app, client=Client(takes_nothing=True))
    assert answer.closed == 1


def test_a_stream_whose_request_was_cancelled_ends() -> None:
    app, answer = saying(endless())

    async def cut(bridge: Bridge) -> None:
        client = Client()
        task = asyncio.create_task(client.ask(bridge))
        while len(client.sent) < 3:
            await asyncio.sleep(0.001)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        async with asyncio.timeout(PATIENCE):
            while not answer.closed:
                await asyncio.sleep(0.001)

    bridge = Bridge(app, workers=1)
    asyncio.run(cut(bridge))
    bridge.threads.shutdown()


def test_an_error_amid_a_stream_leaves_it_without_an_end() -> None:
    def pieces() -> Iterator[bytes]:
        yield b"one"
        raise ZeroDivisionError

    app, answer = saying(pieces())
    client = Client()
    with pytest.raises(ZeroDivisionError):
        ask(app, client=client)
    assert client.pieces == [b"one"] and not client.has_ended
    assert answer.closed == 1
