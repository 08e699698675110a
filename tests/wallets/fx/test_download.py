"""The one call out: a fixed host by https, no redirect followed, bounded in bytes and in time."""

import http.client
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from base.core.errors import Refused
from wallets.fx.download import download
from wallets.fx.ecb import HOST

URL = f"https://{HOST}/rates.xml"
Answer = Callable[[BaseHTTPRequestHandler], None]


class Bank:
    """A server that answers as it is told, and what it was asked."""

    def __init__(self) -> None:
        self.answer: Answer = lambda handler: None
        self.asked: list[str] = []
        bank = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                bank.asked.append(self.path)
                bank.answer(self)

            def log_message(self, *_: object) -> None:
                """Tests print nothing."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)

    def connect(self, host: str) -> http.client.HTTPConnection:
        assert host == HOST
        return http.client.HTTPConnection("127.0.0.1", self.server.server_port, timeout=2)


@pytest.fixture
def bank() -> Iterator[Bank]:
    found = Bank()
    thread = threading.Thread(target=found.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield found
    found.server.shutdown()
    thread.join()
    found.server.server_close()


def says(status: int, body: bytes, *, length: int | None = None, **headers: str) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(body) if length is None else length))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def refused(bank: Bank, **options: Callable[[], float]) -> str:
    with pytest.raises(Refused, match="fx_source_down") as no:
        download(URL, host=HOST, most_bytes=100, connect=bank.connect, **options)
    assert no.value.status == 502
    return no.value.message


def test_a_body_of_the_one_host(bank: Bank) -> None:
    bank.answer = says(200, b"x" * 100)
    assert download(f"{URL}?a=1", host=HOST, most_bytes=100, connect=bank.connect) == b"x" * 100
    assert bank.asked == ["/rates.xml?a=1"]


@pytest.mark.parametrize(
    "url",
    [
        f"http://{HOST}/rates.xml",
        "https://evil.example/rates.xml",
        f"https://{HOST}.evil.example/rates.xml",
        f"https://{HOST}@evil.example/rates.xml",
        f"https://user:pass@{HOST}/rates.xml",
        f"https://{HOST}:8443/rates.xml",
        f"ftp://{HOST}/rates.xml",
        f"file://{HOST}/rates.xml",
        "",
    ],
)
def test_no_other_host_is_called(bank: Bank, url: str) -> None:
    with pytest.raises(Refused, match="fx_url_refused"):
        download(url, host=HOST, most_bytes=100, connect=bank.connect)
    assert bank.asked == []


def test_no_redirect_is_followed(bank: Bank) -> None:
    bank.answer = says(302, b"", Location=f"http://127.0.0.1:{bank.server.server_port}/other")
    assert "302" in refused(bank)
    assert bank.asked == ["/rates.xml"]


def test_an_answer_has_a_limit(bank: Bank) -> None:
    bank.answer = says(200, b"x" * 101)
    assert "larger" in refused(bank)


def test_an_answer_that_is_cut_off(bank: Bank) -> None:
    bank.answer = says(200, b"x" * 50, length=60)
    assert "cut off" in refused(bank)


def test_an_answer_that_takes_too_long(bank: Bank) -> None:
    bank.answer = says(200, b"x" * 50)
    moments = iter([0.0, 61.0])
    assert "minute" in refused(bank, clock=lambda: next(moments))


@pytest.mark.parametrize("status", [404, 500, 503, 204])
def test_another_answer_is_none(bank: Bank, status: int) -> None:
    bank.answer = says(status, b"")
    assert str(status) in refused(bank)


def test_nobody_there() -> None:
    def connect(_: str) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", 9, timeout=1)

    with pytest.raises(Refused, match="cannot be reached"):
        download(URL, host=HOST, most_bytes=100, connect=connect)
