"""Which port and which address the demo is served at. Printed posters carry both, so neither wanders."""

import errno
import socket

from deploy.folder import Folder

FIRST, LAST = 8000, 8999


def hold(host: str, port: int, *, strict: bool) -> socket.socket | None:
    """Bind a port without listening, None if somebody has it.

    The server may bind it again beside us (both reuse the address), but no other launcher that looks
    `strict`ly for a free port takes it meanwhile. `strict` also avoids ports with old connections.
    """
    probe = socket.socket()
    if not strict:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        probe.bind((host, port))
    except OSError as error:
        probe.close()
        if error.errno == errno.EACCES:
            raise SystemExit(
                f"Port {port} needs more rights than this user has. Take one above 1023."
            ) from None
        if error.errno != errno.EADDRINUSE:
            raise
        return None
    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    return probe


def choose(folder: Folder, host: str, asked: str | None) -> socket.socket:
    """The held port: the one asked for, else the one kept in the folder, else the first free."""
    kept = folder.kept_port()
    if asked is not None and not (asked.isascii() and asked.isdigit() and 0 < int(asked) < 65536):
        raise SystemExit(f"A port is a number from 1 to 65535, not {asked!r}.")
    wish = int(asked) if asked else kept
    if wish is None:
        for port in range(FIRST, LAST + 1):
            if found := hold(host, port, strict=True):
                return found
        raise SystemExit(f"Every port from {FIRST} to {LAST} is taken. Choose one: ./run --port N")
    if found := hold(host, wish, strict=False):
        if kept and wish != kept:
            print(f"NOTE: posters printed before carry port {kept}; this start is at {wish}.", flush=True)
        return found
    why = "" if asked else "This folder's demo has it since its first start, and printed posters carry it.\n"
    raise SystemExit(
        f"PORT {wish} IS TAKEN by another program.\n{why}"
        f"Stop that program and start again, or serve at another port meanwhile: ./run --port N"
    )


def lan_address() -> str:
    """This machine's address on the local network. Nothing is sent to find it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # TEST-NET: only asks the kernel which way it would go
            address: str = probe.getsockname()[0]
        except OSError:
            address = "127.0.0.1"
    if address.startswith("127."):
        raise SystemExit(
            "This machine has no address on a local network. Set BASE_URL to the one phones should use."
        )
    return address
