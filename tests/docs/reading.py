"""Reads the tables of docs/, so that tests can execute what the pages say."""

import re
from dataclasses import dataclass
from pathlib import Path

from wallets.core.money import parse_amount

ROOT = Path(__file__).resolve().parents[2]
_HEADING = re.compile(r"^### (\d+)\. (.+)$", re.MULTILINE)
_SECTION = re.compile(r"^## (.+)$", re.MULTILINE)
_FOLLOWS = re.compile(r"^\*Follows (\d+)\.\*", re.MULTILINE)


def page(name: str) -> str:
    """The text of a page, by its path in the project."""
    return (ROOT / name).read_text(encoding="utf-8")


def section(text: str, title: str) -> str:
    """What stands under `## title`, up to the next heading of that level."""
    _, found, rest = text.partition(f"\n## {title}\n")
    assert found, f"no section {title!r}"
    return rest.split("\n## ")[0]


def rows(text: str) -> list[list[str]]:
    """The cells of all table rows of a text, without headers and rules; code marks are taken off."""
    found: list[list[str]] = []
    for table in re.findall(r"(?:^\|.*\|\n?)+", text, re.MULTILINE):
        lines = table.strip().splitlines()
        assert re.fullmatch(r"[|:\- ]+", lines[1]), table
        found += [[cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in lines[2:]]
    return found


@dataclass(frozen=True)
class Line:
    """One entry: the account as the page writes it, what it moves and leaves, in minor units."""

    account: str
    amount_minor: int
    balance_minor: int


@dataclass(frozen=True)
class Example:
    """One journal of docs/LEDGER.md. follows: the number of the journal before it; 0 for none."""

    number: int
    title: str
    follows: int
    lines: tuple[Line, ...]


def examples(text: str) -> dict[int, Example]:
    """The numbered journals of a page, in its order."""
    starts = list(_HEADING.finditer(text))
    ends = [start.start() for start in starts[1:]] + [len(text)]
    found = {}
    for start, end in zip(starts, ends, strict=True):
        body = _SECTION.split(text[start.end() : end])[0]
        follows = _FOLLOWS.search(body)
        number = int(start[1])
        lines = tuple(_line(*cells) for cells in rows(body))
        found[number] = Example(number, start[2], int(follows[1]) if follows else 0, lines)
    return found


def _line(account: str, amount: str, balance: str) -> Line:
    assert amount[0] in "+-", f"{account}: an amount has its sign"
    return Line(account, minor(amount, currency_of(account)), minor(balance, currency_of(account)))


def currency_of(account: str) -> str:
    """The currency in an account's code."""
    parts = account.split(":")
    return parts[1] if parts[0] == "platform" else parts[2]


def minor(text: str, currency: str) -> int:
    """A signed amount of a page in minor units."""
    amount = parse_amount(text.lstrip("+-"), currency, allow_zero=True)
    return -amount if text.startswith("-") else amount
