"""`manage.py qr_encode STANDARD --json FILE`: the text to draw, from its fields. Needs no database."""

import json
from collections.abc import Mapping
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from base.core.errors import Refused
from merchants.management.terminal import bytes_of, refuse, say, utf8
from merchants.qr import STANDARDS
from merchants.qr.base import Writer
from merchants.qr.refusals import invalid

WRITERS: dict[str, Writer] = {name: each for name, each in STANDARDS.items() if isinstance(each, Writer)}


class Command(BaseCommand):
    help = "Print the text of a payment code from a JSON object of its fields; exit 1 when it is refused."
    requires_system_checks = []  # as in qr_decode

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("standard", choices=sorted(WRITERS))
        parser.add_argument(
            "--json",
            required=True,
            metavar="FILE",
            help='the fields, or the answer of qr_decode, whose "fields" are taken; - for standard input',
        )

    def handle(self, *, standard: str, json: str, **options: Any) -> None:
        try:
            text = WRITERS[standard].encode(fields_of(utf8(bytes_of(json))))
        except Refused as no:
            refuse(self, no)
        else:
            say(self, text)


def fields_of(text: str) -> Mapping[str, Any]:
    """The object of a JSON text. Refused qr_field_invalid for anything else, and for a name given twice."""
    try:
        found = json.loads(text, object_pairs_hook=_once)
    except json.JSONDecodeError as no:
        raise invalid("", f"This is no JSON: {no.msg}.", no.pos) from no
    except (ValueError, RecursionError) as no:  # a number of thousands of digits, thousands of brackets
        raise invalid("", "This JSON is larger than fields are.", 0) from no
    if not isinstance(found, Mapping):
        raise invalid("", "Fields are an object of names and values.", 0)
    inside = found.get("fields")
    return inside if isinstance(inside, Mapping) and "standard" in found else found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise invalid(name, f"{name} is given twice.", 0)
        found[name] = value
    return found
