"""Faults to plant, written as text: the check that must find it, what is wrong, and the SQL that does it."""

import re
from typing import NamedTuple


class Plant(NamedTuple):
    """check: its name in CHECKS. fault: in words. sql: run by the owner of the tables, triggers off."""

    check: str
    fault: str
    sql: str

    def __str__(self) -> str:
        return f"{self.check}: {self.fault}"


def plants(text: str, **words: str) -> list[Plant]:
    """Read `check: fault` lines with their indented SQL; `{word}` in the SQL is replaced by its text."""
    found = re.findall(r"^(\w+): (.+)\n((?:    .*\n)+)", text, re.MULTILINE)
    return [Plant(check, fault, " ".join(sql.split()).format_map(words)) for check, fault, sql in found]
