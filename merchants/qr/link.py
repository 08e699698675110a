"""Our link code: a short signed token that says "issued by us", opened by any phone camera.

The token carries an id and nothing else: what it means (shop, till, amount, state) is in the
row, and the row decides. Whatever is wrong with a token, the answer is one and the same, so
that nobody learns from it which part was right. What else is scanned is signed for doors of its own.
"""

import hmac
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from uuid import UUID

from base.core.errors import Refused
from merchants.qr.base import Code

TOKEN_LENGTH = 46  # characters: 34 bytes in base64url without padding
LINK_LENGTH_MAX = 108  # characters: what QR version 8 holds at level Q

_VERSION = 1
_MAC_BYTES = 16
_SHAPE = re.compile(rf"[A-Za-z0-9_-]{{{TOKEN_LENGTH}}}")


class Door(Enum):
    """What a token opens: the path of its address, and what is hashed into its MAC.

    One secret signs for all doors; by these words no token of one can ever open another.
    """

    PAY = "q", b"quittance link code\x00"
    RECEIPT = "r", b"quittance receipt\x00"
    # A customer's, for a till to scan: the id is random and names no row.
    SHOWN = "c", b"quittance shown code\x00"


@dataclass(frozen=True)
class LinkKey:
    """One signing key. Two are active while keys rotate: the first signs, both read.

    key_id: 0..255, printed in every token. secret: at least 32 random bytes, never shown.
    """

    key_id: int
    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        assert 0 <= self.key_id <= 255, "a key id is one byte"
        assert len(self.secret) >= 32, "a link secret has at least 32 bytes"


def make_token(code_id: UUID, *, key: LinkKey, door: Door = Door.PAY) -> str:
    """The signed token of a code (or receipt): always `TOKEN_LENGTH` characters, equal for equal input.

    Bytes: version, key id, 16 of the code id, 16 of HMAC-SHA256 over all before (truncated to
    128 bits as RFC 2104 section 5 allows); base64url without padding (RFC 4648 section 5).
    """
    body = bytes([_VERSION, key.key_id]) + code_id.bytes
    _, purpose = door.value
    mac = hmac.digest(key.secret, purpose + body, "sha256")[:_MAC_BYTES]
    return urlsafe_b64encode(body + mac).rstrip(b"=").decode()


def read_token(token: str, *, keys: Sequence[LinkKey], door: Door = Door.PAY) -> UUID:
    """The id in a token that one of `keys` signed for this door; else Refused `code_unknown` (404).

    The token is made again and compared as a whole in constant time. So version, key id, MAC and
    the four unused bits of the last base64 character are all checked by one comparison, and
    there is exactly one spelling of a code.
    """
    if _SHAPE.fullmatch(token):
        code_id = UUID(bytes=urlsafe_b64decode(token + "==")[2:18])
        for key in keys:
            if hmac.compare_digest(make_token(code_id, key=key, door=door), token):
                return code_id
    raise Refused("code_unknown", "This code is not one of ours. Nothing was paid.", status=404)


def link(base_url: str, token: str, *, door: Door = Door.PAY) -> str:
    """The address to print: `<base_url>/q/<token>`, of a receipt `/r/<token>`.

    That is 49 characters more than `base_url`. With a base of up to 25 characters
    ("https://pay.example.com" has 23) the link has at most 74: QR version 6 at level Q, 0.8 mm a
    module on a 40 mm sticker. A longer base costs size, up to version 8; beyond
    `LINK_LENGTH_MAX` the modules are too small to promise a reading.
    """
    assert base_url.startswith(("https://", "http://")) and not base_url.endswith("/"), base_url
    path, _ = door.value
    address = f"{base_url}/{path}/{token}"
    assert address.isascii() and len(address) <= LINK_LENGTH_MAX, f"too long for a sheet: {address}"
    return address


def payload(code: Code) -> str:
    """The link of a code, as `STANDARDS["link"]` writes it."""
    return link(code.base_url, code.token)
