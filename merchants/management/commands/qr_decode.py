"""`manage.py qr_decode PAYLOAD`: what the text of a QR code says, as JSON. Needs no database."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from base.core.errors import Refused
from merchants.management.terminal import argument_text, refuse, say_json
from merchants.qr import read


class Command(BaseCommand):
    help = "Print what a payment code says, as one JSON object; exit 1 when it is refused."
    requires_system_checks = []  # the settings' checks ask for what a reader of text does not use

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("payload", help="the text of the code, or - for standard input")

    def handle(self, *, payload: str, **options: Any) -> None:
        try:
            found = read(argument_text(payload))
        except Refused as no:
            refuse(self, no)
        else:
            say_json(
                self,
                {
                    "standard": found.standard,
                    "profile": found.profile,
                    "fields": found.fields,
                    "crc_ok": found.crc_ok,
                    "warnings": found.warnings,
                },
            )
