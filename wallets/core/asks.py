"""How long an ask stands open, how long its words may be, and the tokens in links."""

import base64
from datetime import timedelta

ASK_LIFE = timedelta(days=7)
NOTE_MAX = 80
TOKEN_BYTES = 16


def token_of(entropy: bytes) -> str:
    """128 random bits as they stand in a link: 22 signs that need no quoting."""
    assert len(entropy) == TOKEN_BYTES, len(entropy)
    return base64.urlsafe_b64encode(entropy).rstrip(b"=").decode()
