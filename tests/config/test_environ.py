"""What a WSGI application is told of a request: PEP 3333, from an ASGI scope."""

from urllib.parse import quote, quote_from_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.environ import environ_of
from tests.config.asgi_client import scope_of


@given(path=st.binary(max_size=40))
def test_a_path_is_its_bytes_read_as_latin_1(path: bytes) -> None:
    """Also bytes that are no UTF-8, which the server's own decoded path has lost."""
    raw = b"/" + quote_from_bytes(path).encode()
    environ = environ_of(scope_of(path="/?", raw_path=raw), b"")
    assert environ["PATH_INFO"].encode("latin-1") == b"/" + path


@given(path=st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_a_server_that_keeps_no_raw_path_says_the_same(path: str) -> None:
    told = [
        environ_of(scope_of(path=f"/{path}", raw_path=raw), b"")["PATH_INFO"]
        for raw in (None, b"/" + quote(path).encode())
    ]
    assert told[0] == told[1]


@pytest.mark.parametrize(
    ("root", "path", "told"),
    [
        ("", "/a/b", ("", "/a/b")),
        ("/a", "/a/b", ("/a", "/b")),
        ("/a", "/a", ("/a", "")),
        ("/a", "/ab", ("/a", "/ab")),
        ("/a", "/b", ("/a", "/b")),
        ("/é", "/é/b", ("/\xc3\xa9", "/b")),
    ],
)
def test_where_the_application_is_mounted_is_not_part_of_the_path(
    root: str, path: str, told: tuple[str, str]
) -> None:
    environ = environ_of(scope_of(root_path=root, path=path, raw_path=quote(path).encode()), b"")
    assert (environ["SCRIPT_NAME"], environ["PATH_INFO"]) == told


@given(query=st.binary(max_size=40))
def test_a_query_is_its_bytes(query: bytes) -> None:
    assert environ_of(scope_of(query_string=query), b"")["QUERY_STRING"].encode("latin-1") == query


def test_headers_are_told_under_their_names_and_joined_where_they_come_twice() -> None:
    headers = [
        (b"accept", b"text/html"),
        (b"cookie", b"a=1"),
        (b"x-forwarded-proto", b"https"),
        (b"accept", b"text/plain"),
        (b"cookie", b"b=\xfc"),
        (b"content-type", b"text/x"),
    ]
    environ = environ_of(scope_of(headers=headers), b"")
    assert environ["HTTP_ACCEPT"] == "text/html,text/plain"
    assert environ["HTTP_COOKIE"] == "a=1; b=\xfc"  # a comma may be part of a cookie
    assert environ["HTTP_X_FORWARDED_PROTO"] == "https"
    assert environ["CONTENT_TYPE"] == "text/x" and "HTTP_CONTENT_TYPE" not in environ


def test_the_length_is_that_of_the_body_however_it_was_announced() -> None:
    """A chunked upload has no length of its own, and Django reads only what a length promises."""
    chunked = environ_of(scope_of(headers=[(b"transfer-encoding", b"chunked")]), b"abc")
    assert chunked["CONTENT_LENGTH"] == "3" and "HTTP_TRANSFER_ENCODING" not in chunked
    twice = [(b"content-length", b"3"), (b"content-length", b"3")]
    told = environ_of(scope_of(headers=twice), b"abc")
    assert told["CONTENT_LENGTH"] == "3" and "HTTP_CONTENT_LENGTH" not in told
    assert told["wsgi.input"].read() == b"abc"
    assert environ_of(scope_of(headers=[(b"content-length", b"0")]), b"")["CONTENT_LENGTH"] == "0"
    assert "CONTENT_LENGTH" not in environ_of(scope_of(), b"")


def test_who_asks_whom_and_how() -> None:
    environ = environ_of(scope_of(method="PUT", http_version="1.0", scheme="https"), b"")
    assert (environ["REQUEST_METHOD"], environ["SERVER_PROTOCOL"]) == ("PUT", "HTTP/1.0")
    assert (environ["SERVER_NAME"], environ["SERVER_PORT"]) == ("127.0.0.1", "8000")
    assert (environ["REMOTE_ADDR"], environ["REMOTE_PORT"]) == ("192.0.2.7", "4711")
    assert environ["wsgi.url_scheme"] == "https"
    assert "wsgi.file_wrapper" not in environ


@pytest.mark.parametrize(
    ("server", "scheme", "told"),
    [
        (None, "http", ("localhost", "80")),
        (("/run/web.sock", None), "https", ("/run/web.sock", "443")),
    ],
)
def test_a_socket_without_a_port_has_the_usual_one(
    server: tuple[str, None] | None, scheme: str, told: tuple[str, str]
) -> None:
    environ = environ_of(scope_of(server=server, client=None, scheme=scheme), b"")
    assert (environ["SERVER_NAME"], environ["SERVER_PORT"]) == told
    assert "REMOTE_ADDR" not in environ
