"""The signature of a receipt: Ed25519 over its exact bytes, by the key of the day on which it was made.

Promise: the same receipt has the same signature for ever, also after a new key was put first, because Ed25519
needs no chance and the receipt's own day chooses the key. So nothing is stored: it is made again when asked.
"""

from base64 import urlsafe_b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ALGORITHM = "Ed25519"
# In front of the bytes, so that a signature of a receipt is one of nothing else.
PREFIX = b"quittance-receipt-1\n"


@dataclass(frozen=True, slots=True)
class ReceiptKey:
    """secret: the seed, 32 bytes. since: the first day (UTC) whose receipts it signs; None: since ever."""

    key_id: int
    secret: bytes
    since: date | None = None

    @property
    def public(self) -> bytes:
        """The 32 bytes that verify."""
        return Ed25519PrivateKey.from_private_bytes(self.secret).public_key().public_bytes_raw()


@dataclass(frozen=True, slots=True)
class Signed:
    """A receipt's signature, and the number of the key that made it."""

    key_id: int
    signature: bytes

    @property
    def short(self) -> str:
        """For paper: "key 1, 3f2a 91c0 77de 0b1a", the first 8 bytes."""
        text = self.signature[:8].hex()
        return f"key {self.key_id}, {' '.join(text[i : i + 4] for i in range(0, 16, 4))}"


def key_of_day(keys: Sequence[ReceiptKey], day: date) -> ReceiptKey:
    """The newest key in force on a day; keys come newest first, and the oldest has no beginning."""
    return next(key for key in keys if key.since is None or key.since <= day)


def lost_keys(used: Iterable[tuple[int, bytes, date | None]], keys: Iterable[ReceiptKey]) -> list[int]:
    """Which keys have signed and are not there as they were. used: number, public half, since."""
    there = {(key.key_id, key.public, key.since) for key in keys}
    return sorted(key[0] for key in used if key not in there)


def sign(body: str, key: ReceiptKey) -> Signed:
    """Sign the canonical text of a receipt."""
    private = Ed25519PrivateKey.from_private_bytes(key.secret)
    return Signed(key.key_id, private.sign(PREFIX + body.encode()))


def is_signed(body: str, signature: bytes, public: bytes) -> bool:
    """Whether the signature is of exactly this text, by the key of `public`."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, PREFIX + body.encode())
    except InvalidSignature:
        return False
    return True


def base64url(data: bytes) -> str:
    """As JSON Web Keys write bytes: URL-safe, without padding (RFC 7515, section 2)."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()
