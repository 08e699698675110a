"""A list of codes to print, pasted or from a spreadsheet: each line a label, perhaps with its till.

Plain lines are labels. With a header line that names a column "label" (and "till") it is CSV, as spreadsheets
write it (RFC 4180): commas, semicolons or tabs. Every wrong line is told at once, by its number; nothing is
taken while one is wrong.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from base.core.errors import Refused
from merchants.core.identity import clean_name

MOST_CODES = 1000
LABEL_MAX = 40


@dataclass(frozen=True, slots=True)
class WantedCode:
    """One line. line: its number in the text, from 1. till: a name, "" for the whole branch."""

    line: int
    label: str
    till: str = ""


def read_text(content: bytes) -> str:
    """The text of an uploaded file: UTF-8 or UTF-16 by its mark, else what Windows calls ANSI (1252).

    Refused list_unreadable (400).
    """
    marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused("list_unreadable", "This file is no text. Save it as CSV, and send that.", field="file")


def read_list(text: str, *, tills: frozenset[str] = frozenset()) -> list[WantedCode]:
    """The codes that a text asks for, in its order; empty lines are passed over.

    tills: the names of the branch's tills. Refused (400): list_empty, list_too_long, and list_invalid with
    `errors`, a sentence a wrong line, each with its number.
    """
    found: list[WantedCode] = []
    errors: list[str] = []
    seen: dict[str, int] = {}
    for number, label, till in _rows(text):
        try:
            wanted = WantedCode(number, clean_name(label, limit=LABEL_MAX, field="label"), till.strip())
        except Refused as no:
            errors.append(f"Line {number}: {no.message}")
            continue
        if wanted.till and wanted.till not in tills:
            errors.append(f"Line {number}: there is no till “{_short(wanted.till)}” at this branch.")
        elif wanted.label in seen:
            errors.append(f"Line {number}: “{wanted.label}” stands in line {seen[wanted.label]} already.")
        seen.setdefault(wanted.label, number)
        found.append(wanted)
    if errors:
        message = f"{len(errors)} of the lines cannot be taken. Nothing was made."
        raise Refused("list_invalid", message, field="labels", errors=errors)
    if not found:
        raise Refused("list_empty", "Write one label a line, such as “Table 1”.", field="labels")
    if len(found) > MOST_CODES:
        message = f"At most {MOST_CODES} codes at once, please; these are {len(found)}."
        raise Refused("list_too_long", message, field="labels")
    return found


def _rows(text: str) -> Iterator[tuple[int, str, str]]:
    """Line number, label, till."""
    lines = text.splitlines()
    first = next((line for line in lines if line.strip()), "")
    delimiter = max(",;\t", key=first.count)
    header = [name.strip().lower() for name in next(csv.reader([first], delimiter=delimiter), [])]
    if "label" not in header:
        yield from ((number, line, "") for number, line in enumerate(lines, 1) if line.strip())
        return
    reader = csv.reader(io.StringIO(text), delimiter=delimiter)
    begun, last = False, 0
    try:
        for row in reader:
            number, last = last + 1, reader.line_num
            if not begun or not any(cell.strip() for cell in row):
                begun = begun or any(cell.strip() for cell in row)
                continue
            cells = dict(zip(header, row, strict=False))
            yield number, cells.get("label", ""), cells.get("till", "")
    except csv.Error as error:
        told = f"Line {last + 1}: this is no CSV ({error})."
        raise Refused("list_invalid", told, field="labels", errors=[told]) from None


def _short(text: str) -> str:
    return text if len(text) <= LABEL_MAX else f"{text[:LABEL_MAX]}…"
