"""The one call out to the net: a small file from one host by https, or a refusal in words.

Promise: no other host (no redirect is followed, to anywhere), no plain http, the certificate is checked, and
neither a slow nor an endless answer holds a worker: it has a minute and a limit of bytes.
"""

import http.client
import ssl
import time
from collections.abc import Callable
from urllib.parse import urlsplit

from base.core.errors import Refused

STEP_SECONDS = 10
ALL_SECONDS = 60
CHUNK = 65_536


def _https(host: str) -> http.client.HTTPConnection:
    return http.client.HTTPSConnection(host, 443, timeout=STEP_SECONDS, context=ssl.create_default_context())


def download(
    url: str,
    *,
    host: str,
    most_bytes: int,
    connect: Callable[[str], http.client.HTTPConnection] = _https,
    clock: Callable[[], float] = time.monotonic,
) -> bytes:
    """The body of a 200. Refused: fx_url_refused (another host or scheme), fx_source_down (502)."""
    parts = urlsplit(url)
    if parts.scheme != "https" or parts.netloc.lower() != host or not parts.path.isascii():
        raise Refused("fx_url_refused", f"Rates are fetched from https://{host}/ only. Nothing was fetched.")
    ends = clock() + ALL_SECONDS
    line = connect(host)
    try:
        line.request("GET", f"{parts.path}?{parts.query}" if parts.query else parts.path)
        answer = line.getresponse()
        if answer.status != http.client.OK:
            raise _down(f"it answered {answer.status}")
        body = bytearray()
        # read1 hands over what has come: one that trickles in does not keep us in a single call.
        while chunk := answer.read1(CHUNK):
            body += chunk
            if len(body) > most_bytes:
                raise _down("its answer is larger than the file can be")
            if clock() > ends:
                raise _down("its answer took longer than a minute")
        if answer.length:
            raise _down("its answer is cut off")
        return bytes(body)
    except (OSError, http.client.HTTPException, UnicodeError, ValueError) as error:
        raise _down(f"it cannot be reached ({type(error).__name__})") from error
    finally:
        line.close()


def _down(why: str) -> Refused:
    return Refused("fx_source_down", f"No rates were fetched: {why}. Those that are here stay.", status=502)
