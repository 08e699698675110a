"""The WSGI environment of an ASGI request whose body has been read whole (PEP 3333)."""

import sys
from collections.abc import MutableMapping
from io import BytesIO
from typing import Any
from urllib.parse import unquote_to_bytes

Scope = MutableMapping[str, Any]


def environ_of(scope: Scope, body: bytes) -> dict[str, Any]:
    """The WSGI environment: text is bytes read as latin-1, as PEP 3333 asks."""
    raw = scope.get("raw_path")
    path = unquote_to_bytes(raw) if raw is not None else scope["path"].encode()
    root = scope.get("root_path", "").encode()
    if path == root or path.startswith(root + b"/"):
        path = path[len(root) :]
    name, port = scope.get("server") or ("localhost", None)
    scheme = scope.get("scheme", "http")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": root.decode("latin-1"),
        "PATH_INFO": path.decode("latin-1"),
        "QUERY_STRING": scope.get("query_string", b"").decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": name,
        "SERVER_PORT": str(port or (443 if scheme == "https" else 80)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scheme,
        "wsgi.input": BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    if client := scope.get("client"):
        environ["REMOTE_ADDR"], environ["REMOTE_PORT"] = client[0], str(client[1])
    # The body is here, so its length is known, whatever it was announced as.
    if body:
        environ["CONTENT_LENGTH"] = str(len(body))
    for raw_name, value in scope["headers"]:
        if raw_name == b"transfer-encoding":
            continue
        key, text = raw_name.decode("latin-1").upper().replace("-", "_"), value.decode("latin-1")
        if key == "CONTENT_LENGTH":
            text = str(len(body))
        elif key != "CONTENT_TYPE":
            key = f"HTTP_{key}"
            if key in environ:
                text = f"{environ[key]}{'; ' if key == 'HTTP_COOKIE' else ','}{text}"
        environ[key] = text
    return environ
