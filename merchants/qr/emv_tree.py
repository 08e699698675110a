"""An EMV code taken apart: which data objects are templates (EMVCo MPM v1.1 sections 3 and 4).

Templates are 26 to 51, 62 and 64, one level deep. 80 to 99 are templates too, but codes in the field put
plain values there (MoMo's 80), so what is not tag, length, value all through stays a plain value. 62-50 to
62-99 and what a scheme nests further (VietQR's 38-01) stay values.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from base.core.errors import Refused
from merchants.qr.profiles.base import tags
from merchants.qr.refusals import invalid
from merchants.qr.tlv import SURROGATE, DataObject, read_objects, write_object

ACCOUNTS = tags(2, 51)
ACCOUNT_TEMPLATES = tags(26, 51)
TEMPLATES = (*ACCOUNT_TEMPLATES, "62", "64")
UNRESERVED = tags(80, 99)
CRC = "63"

Fields = Mapping[str, object]


@dataclass(frozen=True)
class Tree:
    """The data objects of one payload. root: in its order. parts: those of each template, in its order."""

    root: tuple[DataObject, ...]
    parts: Mapping[str, tuple[DataObject, ...]]

    def fields(self) -> dict[str, object]:
        """{"00": "01", "26": {"00": …}, …}: every value as it stands, by tag."""
        return {
            each.tag: {part.tag: part.value for part in self.parts[each.tag]}
            if each.tag in self.parts
            else each.value
            for each in self.root
        }

    def leaves(self) -> Iterator[tuple[str, DataObject]]:
        """Each plain value with its path: "59", "26-01"."""
        for each in self.root:
            if each.tag not in self.parts:
                yield each.tag, each
            for part in self.parts.get(each.tag, ()):
                yield f"{each.tag}-{part.tag}", part

    def value(self, path: str) -> str | None:
        """What stands at a path, None for nothing."""
        return self._values.get(path)

    def has(self, tag: str) -> bool:
        """Whether the root has this tag."""
        return tag in self.parts or tag in self._values

    @cached_property
    def _values(self) -> dict[str, str]:
        return {path: each.value for path, each in self.leaves()}

    def end(self) -> int:
        """Where something that is missing would stand at the latest: before the CRC."""
        return self.root[-1].position if self.root else 0


def read_tree(text: str) -> Tree:
    """The data objects of a whole payload. Refused qr_malformed where it is not made of them."""
    root = read_objects(text)
    parts = {}
    for each in root:
        if each.tag in TEMPLATES:
            parts[each.tag] = read_objects(each.value, each.position + 4)
        elif each.tag in UNRESERVED and each.value:
            try:
                parts[each.tag] = read_objects(each.value, each.position + 4)
            except Refused:
                continue  # a plain value, see above
    return Tree(root, parts)


def write_tree(fields: Fields) -> str:
    """The payload of fields up to the CRC: 00 first, 01 second, the rest as given; 63 is left out.

    Refused qr_field_invalid for what has no form at all; whether it is allowed is not asked here.
    """
    if not isinstance(fields, Mapping):
        raise invalid("", "Fields are an object of tags and values.", 0)
    first = [tag for tag in ("00", "01") if tag in fields]
    text = ""
    for tag in [*first, *(tag for tag in fields if tag not in ("00", "01", CRC))]:
        text += _written(tag, fields[tag], len(text))
    return text


def _written(tag: object, value: object, position: int) -> str:
    field = str(tag)
    if not isinstance(tag, str):
        raise invalid(field, f"{field}: a tag is a text of two digits.", position)
    if isinstance(value, Mapping) and (tag in TEMPLATES or tag in UNRESERVED):
        inside = ""
        for sub, each in value.items():
            path, at = f"{field}-{sub}", position + 4 + len(inside)
            if not (isinstance(sub, str) and isinstance(each, str)):
                raise invalid(path, f"{path}: tag and value inside a template are texts.", at)
            inside += write_object(sub, _text(each, path, at), field=path, position=at)
        return write_object(tag, inside, field=field, position=position)
    if not isinstance(value, str) or tag in TEMPLATES:
        wanted = "an object of sub fields" if tag in TEMPLATES else "a text"
        raise invalid(field, f"{field} must be {wanted}.", position)
    return write_object(tag, _text(value, field, position), field=field, position=position)


def _text(value: str, field: str, position: int) -> str:
    if SURROGATE.search(value):
        raise invalid(field, f"{field} holds half a character, which has no UTF-8.", position)
    return value
