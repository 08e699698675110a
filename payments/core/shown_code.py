"""A customer's one-time code in its two spellings, and what a till has just read.

The link carries a signed random id, the digits a check digit after Luhn: neither says anything about the
payer. What is read is sorted by its form alone; whether it is true is for the rows to say.
"""

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from urllib.parse import urlsplit
from uuid import UUID

DIGITS = 12
CODE_LIFE = timedelta(seconds=60)
# RTS (EU) 2018/389 article 4(3)(d): nobody stays strongly known for longer without doing anything.
SHOWING_LIFE = timedelta(minutes=5)
MAX_TEXT = 500  # characters of what a scanner may hand over

_GAPS = re.compile(r"[\s-]+")
_TWELVE = re.compile(rf"[0-9]{{{DIGITS}}}")


class Kind(StrEnum):
    """What a scanned text is by its form."""

    CUSTOMER = "customer"
    DIGITS = "digits"
    SIGN = "sign"
    RECEIPT = "receipt"
    WALLET = "wallet"
    MISTYPED = "mistyped"
    ELSEWHERE = "elsewhere"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Scanned:
    """text: the token or the digits; of a link to elsewhere its host; else nothing."""

    kind: Kind
    text: str = ""


_PATHS = {"c": Kind.CUSTOMER, "q": Kind.SIGN, "r": Kind.RECEIPT, "w": Kind.WALLET}


def read_scanned(text: str, *, base_url: str) -> Scanned:
    """Sort what a camera, a hand scanner or a finger has put in."""
    text = text.strip()[:MAX_TEXT]
    digits = _GAPS.sub("", text)
    if _TWELVE.fullmatch(digits):
        return Scanned(Kind.DIGITS, digits) if has_check_digit(digits) else Scanned(Kind.MISTYPED)
    if text.startswith(f"{base_url}/"):
        path, _slash, token = text[len(base_url) + 1 :].partition("/")
        if path in _PATHS and token:
            return Scanned(_PATHS[path], token)
        return Scanned(Kind.OTHER)
    if text.startswith(("http://", "https://")):
        return Scanned(Kind.ELSEWHERE, _host(text))
    return Scanned(Kind.OTHER)


def with_check_digit(body: str) -> str:
    """Eleven digits and the twelfth (Luhn): one wrong digit, or most two swapped ones, are noticed."""
    assert len(body) == DIGITS - 1 and body.isascii() and body.isdigit(), body
    return body + str(-_luhn(body + "0") % 10)


def has_check_digit(digits: str) -> bool:
    return _luhn(digits) % 10 == 0


def in_groups(digits: str) -> str:
    """As it is read aloud: "1234 5678 9012"."""
    return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))


def hash_of_id(secret_id: UUID) -> bytes:
    """What is kept of the link's id: it has 128 random bits, so a plain hash tells nothing."""
    return hashlib.sha256(b"quittance shown id\x00" + secret_id.bytes).digest()


def mac_of_digits(digits: str, *, key: bytes) -> bytes:
    """What is kept of the digits: there are few enough to try, so a key stands between."""
    return hmac.digest(key, b"quittance shown digits\x00" + digits.encode(), hashlib.sha256)


def _luhn(digits: str) -> int:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total


def _host(text: str) -> str:
    try:
        return (urlsplit(text).hostname or "")[:80]
    except ValueError:  # such as a bracket that is never closed
        return ""
