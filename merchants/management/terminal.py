"""How the QR commands hear and speak: bytes in and out are UTF-8 whatever the terminal's locale says.

A no is one JSON object on standard output and exit code 1, so that a script reads both answers alike.
"""

import io
import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from base.core.errors import Refused
from merchants.qr.refusals import malformed

STANDARD_INPUT = "-"


def argument_text(argument: str) -> str:
    """A payload given as an argument, or all of standard input for "-"; without the shell's line end."""
    return without_line_end(utf8(bytes_of(argument)) if argument == STANDARD_INPUT else argument)


def bytes_of(name: str) -> bytes:
    """What stands in a file, or in standard input for "-". CommandError where it cannot be read."""
    if name == STANDARD_INPUT:
        return sys.stdin.buffer.read()
    try:
        return Path(name).read_bytes()
    except OSError as problem:
        raise CommandError(f"{name} cannot be read: {problem.strerror}.") from problem


def utf8(data: bytes) -> str:
    """Line ends are kept as they are: they count in some standards. Refused qr_malformed for no UTF-8."""
    try:
        return data.decode()
    except UnicodeDecodeError as no:
        raise malformed(len(data[: no.start].decode()), "The text is not UTF-8 from here on.") from no


def without_line_end(text: str) -> str:
    """Without the one line end that `echo` puts behind; those inside are the payload's own."""
    return text.removesuffix("\n").removesuffix("\r") if text.endswith("\n") else text


def say(command: BaseCommand, text: str) -> None:
    """One line on standard output."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    command.stdout.write(text)


def say_json(command: BaseCommand, answer: dict[str, Any]) -> None:
    """One JSON object on one line, its text as it is and not escaped."""
    say(command, json.dumps(answer, ensure_ascii=False))


def refuse(command: BaseCommand, no: Refused) -> None:
    """Say the no with its facts, and end with exit code 1."""
    say_json(command, {"refused": no.code, "detail": no.facts})
    sys.exit(1)
