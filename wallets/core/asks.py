"""How long an ask stands open, how long its words may be, and the tokens in links."""

import base64
import re
from datetime import timedelta

ASK_LIFE = timedelta(days=7)
NOTE_MAX = 80
TOKEN_BYTES = 16


_TOKEN = re.compile(r"\A[A-Za-z0-9_-]{22}\Z")


def is_token(text: str) -> bool:
    """Whether this could be a token at all."""
    return _TOKEN.match(text) is not None


def token_of(entropy: bytes) -> str:
    """128 random bits as they stand in a link: 22 signs that need no quoting."""
    assert len(entropy) == TOKEN_BYTES, len(entropy)
    return base64.urlsafe_b64encode(entropy).rstrip(b"=").decode()
