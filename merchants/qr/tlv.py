"""Tag, length, value as EMV merchant-presented codes write it (EMVCo MPM v1.1 section 3).

A tag is two digits, a length two digits, 00 to 99, and it counts characters (Unicode code points), not bytes:
the standard's own sample says 04 for four Han characters. Order is kept, a tag stands once.
"""

import re
from typing import NamedTuple

from merchants.qr.refusals import invalid, malformed

LENGTH_MAX = 99

# [0-9], never \d or isdigit(): those also take full-width and Arabic digits.
_TWO_DIGITS = re.compile(r"[0-9]{2}")
# Half of a character: no UTF-8 has it, so no code can hold it.
SURROGATE = re.compile("[\ud800-\udfff]")


class DataObject(NamedTuple):
    """One tag and its value. position: index of the tag's first character in the whole payload."""

    tag: str
    value: str
    position: int


def read_objects(text: str, start: int = 0) -> tuple[DataObject, ...]:
    """The data objects of a text that begins at index `start` of the payload; () for "".

    Refused qr_malformed where a tag or length is no two digits, a value is cut short, or a tag comes twice.
    """
    found: dict[str, DataObject] = {}
    at = 0
    while at < len(text):
        tag, length = text[at : at + 2], text[at + 2 : at + 4]
        if not _TWO_DIGITS.fullmatch(tag):
            raise malformed(start + at, "A tag of two digits is expected here.")
        if not _TWO_DIGITS.fullmatch(length):
            raise malformed(start + at + 2, f"A length of two digits is expected after tag {tag}.")
        value = text[at + 4 : at + 4 + int(length)]
        if len(value) < int(length):
            raise malformed(
                start + at + 2, f"Tag {tag} says {length} characters, {len(value)} are left of the text."
            )
        if tag in found:
            raise malformed(start + at, f"Tag {tag} stands here a second time.")
        found[tag] = DataObject(tag, value, start + at)
        at += 4 + int(length)
    return tuple(found.values())


def write_object(tag: str, value: str, *, field: str, position: int) -> str:
    """Tag, length and value. Refused qr_field_invalid (field, position) for what has no such form."""
    if not _TWO_DIGITS.fullmatch(tag):
        raise invalid(field, f"{field}: a tag is two digits.", position)
    if len(value) > LENGTH_MAX:
        raise invalid(field, f"{field} has {len(value)} characters, {LENGTH_MAX} fit at most.", position)
    return f"{tag}{len(value):02}{value}"
