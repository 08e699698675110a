"""What the URI standards share: parts with their positions, and percent encoding (RFC 3986, RFC 3629).

Reading keeps where each part stood, so that a no can point at it. A plus sign is a plus sign: only HTML
forms write a blank so, and no standard here is one.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote, unquote_to_bytes

from merchants.qr.checks import text_fault
from merchants.qr.refusals import malformed

_WRONG_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_URI_CHARACTERS = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]*")  # RFC 3986 section 2


@dataclass(frozen=True)
class Part:
    """A piece of a URI, still encoded, and the index of its first character in the payload."""

    text: str
    position: int

    def pieces(self, separator: str) -> Iterator["Part"]:
        """What stands between the separators."""
        start = self.position
        for text in self.text.split(separator):
            yield Part(text, start)
            start += len(text) + 1

    def cut(self, separator: str) -> tuple["Part", "Part | None"]:
        """Before and after the first separator; None without one."""
        before, found, after = self.text.partition(separator)
        return Part(before, self.position), Part(after, self.position + len(before) + 1) if found else None


@dataclass(frozen=True)
class Uri:
    """scheme: in small letters. authority and path: encoded, the path without its first slash or None.
    query and fragment: None when there is no such part."""

    scheme: str
    authority: Part
    path: Part | None
    query: Part | None
    fragment: Part | None


def starts_with_scheme(text: str, *schemes: str) -> bool:
    """Whether a text begins with one of the schemes; letter case does not count (RFC 3986 section 3.1)."""
    scheme, colon, _ = text.partition(":")
    return bool(colon) and scheme.lower() in schemes


def split_uri(text: str, *schemes: str) -> Uri:
    """The parts of scheme://authority/path?query#fragment; Refused qr_malformed for another scheme."""
    if not starts_with_scheme(text, *schemes):
        raise malformed(0, f"The scheme is not {' or '.join(schemes)}.")
    scheme, _, rest = text.partition(":")
    start = len(scheme) + 1
    if not rest.startswith("//"):
        raise malformed(start, "Two slashes must follow the scheme.")
    whole, fragment = Part(rest[2:], start + 2).cut("#")
    hierarchy, query = whole.cut("?")
    authority, path = hierarchy.cut("/")
    return Uri(scheme.lower(), authority, path, query, fragment)


def decoded(part: Part) -> str:
    """The text of a part; Refused qr_malformed for broken percent signs, bytes that are no UTF-8, and
    control characters."""
    if wrong := _WRONG_PERCENT.search(part.text):
        raise malformed(part.position + wrong.start(), "Two hexadecimal digits must follow a percent sign.")
    if fault := text_fault(part.text):
        raise malformed(part.position, fault)
    try:
        text = unquote_to_bytes(part.text).decode()
    except UnicodeDecodeError:
        raise malformed(part.position, "The percent encoding is not UTF-8.") from None
    if fault := text_fault(text):
        raise malformed(part.position, fault)
    return text


def options(query: Part | None) -> tuple[dict[str, Part], list[str]]:
    """The options of a query by name, values still encoded; Refused qr_malformed for one without "=" or
    given twice: two readers would take different ones. Empty ones are let pass with a warning."""
    found: dict[str, Part] = {}
    warnings: list[str] = []
    for piece in query.pieces("&") if query and query.text else ():
        name, value = piece.cut("=")
        if not piece.text:
            warnings.append("There is an ampersand too many.")
        elif value is None or not re.fullmatch(r"[A-Za-z][A-Za-z0-9.\-]*", name.text):
            raise malformed(
                piece.position, "An option is a name of letters, digits, - and ., then =, then a value."
            )
        elif name.text in found:
            raise malformed(piece.position, f"The option {name.text} is given twice.")
        else:
            found[name.text] = value
    return found, warnings


def loose(text: str, values: Mapping[str, Part]) -> list[str]:
    """Warnings about what RFC 3986 does not have, or what writers mean differently."""
    warnings = []
    if not _URI_CHARACTERS.fullmatch(text):
        warnings.append("Some characters should be percent-encoded.")
    if any("+" in value.text for value in values.values()):
        warnings.append("A plus sign is read as a plus sign; some writers mean a blank.")
    return warnings


def encoded(text: str, safe: str) -> str:
    """UTF-8, percent-encoded with capitals except for the unreserved and `safe` characters."""
    return quote(text, safe=safe)
