"""EMV consumer-presented codes, read only: EMVCo, QR Code Specification for Payment Systems, CPM v1.1.

Base64 (RFC 4648 section 4) of BER-TLV (ISO/IEC 8825-1; EMV Book 3 annex B): 85 "CPV01" first, then one or
more application templates 61 and perhaps common data 62, which may hold transparent templates 63 and 64.
There is no check sum.
"""

import re
from base64 import b64decode, b64encode
from typing import NamedTuple

from merchants.qr.base import Decoded
from merchants.qr.refusals import malformed

INDICATOR = bytes.fromhex("8505") + b"CPV01"
_HEAD = "hQVDUFYwM"  # what is the same in every base64 of the indicator: 54 of its 56 bits
_DEPTH_MAX = 8  # templates in templates; the standard has two
_LENGTH_BYTES_MAX = 4
_CONSTRUCTED, _MORE_TAG, _MORE = 0x20, 0x1F, 0x80

Value = str | list["Pair"]
Pair = list[Value]


class _Head(NamedTuple):
    """Tag and length as read: where the value begins and ends."""

    tag: bytes
    begin: int
    end: int


def reads(text: str) -> bool:
    """Whether a text begins as base64 of 85 05 "CPV01" does."""
    return text.startswith(_HEAD)


def decode(text: str) -> Decoded:
    """What a customer's code says, as `fields`: hex (upper case, the whole) and ber_tlv, a list of pairs
    [tag, value] in order, both in hex; the value of a template is a list of pairs again, since tags repeat.

    Refused qr_malformed (400) with position (a character of the base64) and reason.
    """
    data = _bytes_of(text)
    if not data.startswith(INDICATOR):
        raise malformed(0, 'The payload format indicator (85) "CPV01" must come first.')
    pairs = _pairs(data, 0, len(data), 1)
    tags = [str(tag) for tag, _ in pairs]
    if "61" not in tags:
        raise malformed(len(text), "An application template (61) is missing.")
    return Decoded(
        standard="cpm",
        profile="",
        fields={"hex": data.hex().upper(), "ber_tlv": pairs},
        warnings=tuple(_warnings(pairs)),
    )


def _bytes_of(text: str) -> bytes:
    if wrong := re.search(r"[^A-Za-z0-9+/]", text.rstrip("=")):
        raise malformed(wrong.start(), "This is no character of base64.")
    try:
        data = b64decode(text, validate=True)
    except ValueError:
        data = b""
    if b64encode(data).decode() != text:  # cut short, or its last character has bits that say nothing
        raise malformed(len(text), "The base64 has no proper end.")
    return data


def _pairs(data: bytes, begin: int, end: int, depth: int) -> list[Pair]:
    """The data objects between two bytes, templates taken apart."""
    found: list[Pair] = []
    while begin < end:
        head = _head(data, begin, end)
        value: Value = data[head.begin : head.end].hex().upper()
        if head.tag[0] & _CONSTRUCTED:
            if depth == _DEPTH_MAX:
                raise _wrong(begin, f"Templates stand in templates more than {_DEPTH_MAX} deep.")
            value = _pairs(data, head.begin, head.end, depth + 1)
        found.append([head.tag.hex().upper(), value])
        begin = head.end
    return found


def _head(data: bytes, begin: int, end: int) -> _Head:
    """Tag (more bytes follow while the low five bits are all set, then while bit 8 is) and length (one byte
    below 80, else the number of length bytes; 80 alone, an open end, is not allowed in EMV)."""
    at = begin + 1
    if data[begin] & _MORE_TAG == _MORE_TAG:
        while at < end and data[at] & _MORE:
            at += 1
        at += 1
    if at >= end:
        raise _wrong(begin, "A tag is cut short.")
    tag, length = data[begin:at], data[at]
    at += 1
    if length >= _MORE:
        size = length - _MORE
        if not 1 <= size <= _LENGTH_BYTES_MAX or at + size > end:
            raise _wrong(at - 1, f"The length of tag {tag.hex().upper()} is none.")
        length = int.from_bytes(data[at : at + size])
        at += size
    if at + length > end:
        says = f"Tag {tag.hex().upper()} says {length} bytes, {end - at} are left."
        raise _wrong(at - 1, says)
    return _Head(tag, at, at + length)


def _wrong(byte: int, reason: str) -> Exception:
    """At the character of the base64 in which this byte begins."""
    return malformed(byte * 4 // 3, reason)


def _warnings(pairs: list[Pair]) -> list[str]:
    told = [f"{tag} is not expected here." for tag, _ in pairs[1:] if tag not in ("61", "62")]
    for tag, value in pairs:
        if tag == "61" and not any(isinstance(part, list) and part[0] == "4F" for part in value):
            told.append("61 has no application identifier (4F).")
    return told
