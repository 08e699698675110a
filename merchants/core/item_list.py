"""A price list, pasted or from a spreadsheet: each line a name, a price, perhaps a tax category.

Plain lines are "name; price" or "name; price; category" with semicolons, tabs or commas. With a header that
names "name" and "price" the columns stand in any order (RFC 4180). Every wrong line is told at once, by its
number; nothing is taken while one is wrong.
"""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from base.core.errors import Refused
from merchants.core.identity import clean_name
from wallets.core.money import parse_amount

MOST_ITEMS = 1000
NAME_MAX = 60
_COLUMNS = ("name", "price", "category")


@dataclass(frozen=True, slots=True)
class WantedItem:
    """One line. line: its number in the text, from 1. category: a code; price_minor: as the shop prices."""

    line: int
    name: str
    price_minor: int
    category: str


def read_items(text: str, *, categories: Mapping[str, str], currency: str) -> list[WantedItem]:
    """The items that a text asks for, in its order; empty lines are passed over.

    categories: code to label of what the shop sells; a line may name either, and need not where there is
    one. Refused (400): list_empty, list_too_long, and list_invalid with `errors`, a sentence a wrong line.
    """
    codes = {label.casefold(): code for code, label in categories.items()} | {c: c for c in categories}
    found: list[WantedItem] = []
    errors: list[str] = []
    seen: dict[str, int] = {}
    for number, cells in _rows(text):
        try:
            wanted = _item(number, cells, codes, currency)
            if wanted.name in seen:
                raise Refused("name_twice", f"“{wanted.name}” stands in line {seen[wanted.name]} already.")
        except Refused as no:
            errors.append(f"Line {number}: {no.message}")
            continue
        seen[wanted.name] = number
        found.append(wanted)
    if errors:
        message = f"{len(errors)} of the lines cannot be taken. Nothing was changed."
        raise Refused("list_invalid", message, field="rows", errors=errors)
    if not found:
        raise Refused("list_empty", "Write one item a line, such as “Cheesecake; 4.50”.", field="rows")
    if len(found) > MOST_ITEMS:
        message = f"At most {MOST_ITEMS} items, please; these are {len(found)}. Nothing was changed."
        raise Refused("list_too_long", message, field="rows")
    return found


def _item(number: int, cells: Mapping[str, str], codes: Mapping[str, str], currency: str) -> WantedItem:
    name = clean_name(cells.get("name", ""), limit=NAME_MAX, field="name")
    price = cells.get("price", "").strip()
    if not price:
        raise Refused("price_missing", f"there is no price for “{name}”. Write it behind a semicolon.")
    price_minor = parse_amount(price, currency)
    written = cells.get("category", "").strip()
    if not written and len(set(codes.values())) == 1:
        return WantedItem(number, name, price_minor, next(iter(codes.values())))
    code = codes.get(written.casefold())
    if code is None:
        said = f"“{_short(written)}” is no" if written else "name a"
        raise Refused("category_not_sold", f"{said} tax category of this shop: {', '.join(codes.values())}.")
    return WantedItem(number, name, price_minor, code)


def _rows(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Line number, cells by the name of their column."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    # A comma may be a decimal comma, so it is the mark between cells only where there is no other.
    delimiter = next((mark for mark in ";\t" if mark in first), ",")
    reader = csv.reader(io.StringIO(text), delimiter=delimiter, skipinitialspace=True)
    header: list[str] = []
    last = 0
    try:
        for row in reader:
            number, last = last + 1, reader.line_num
            if not any(cell.strip() for cell in row):
                continue
            if not header:
                names = [cell.strip().lower() for cell in row]
                titled = "name" in names and "price" in names
                header = names if titled else list(_COLUMNS)
                if titled:
                    continue
            yield number, dict(zip(header, row, strict=False))
    except csv.Error as error:
        told = f"Line {last + 1}: this is no CSV ({error})."
        raise Refused("list_invalid", told, field="rows", errors=[told]) from None


def _short(text: str) -> str:
    return text if len(text) <= NAME_MAX else f"{text[:NAME_MAX]}…"
