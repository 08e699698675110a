"""The euro reference rates of the European Central Bank, as it publishes them.

Four shapes: the day's and the history's XML (a gesmes envelope with nested Cube elements), CSV of either (a
history line ends with a comma, missing rates are "N/A", a day's file writes "27 November 2026"), and CSV in a
zip. Promise: XML with a DTD is refused before it is read, and so is what grows beyond its limit when it is
unpacked. Currencies that are no money any more are skipped and counted.
"""

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from xml.parsers import expat

from base.core.errors import Refused
from wallets.core.currencies import CURRENCIES
from wallets.core.fx import EUR
from wallets.core.fx_file import Quoted, RateFile, invalid, read_day, read_rate, require_once
from wallets.fx.download import download

HOST = "www.ecb.europa.eu"
DAILY_BYTES = 200_000

_ENVELOPE = "http://www.gesmes.org/xml/2002-08-01 Envelope"
_CUBE = "http://www.ecb.int/vocabulary/2002-08-01/eurofxref Cube"
_CODE = re.compile(r"[A-Z]{3}")
_WORDED = re.compile(r"([0-9]{1,2}) ([A-Z][a-z]+) ([0-9]{4})")
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


@dataclass
class _Found:
    """Rates so far; those of unknown currencies are only counted."""

    latest: date
    rates: list[Quoted] = field(default_factory=list)
    skipped: int = 0

    def add(self, code: str, rate: str, day: date, line: int) -> None:
        if not _CODE.fullmatch(code) or code == EUR:
            raise invalid(f"“{code[:20]}” is no currency of this list.")
        value: Decimal = read_rate(rate)
        if code in CURRENCIES:
            self.rates.append(Quoted(code, value, day, "", line))
        else:
            self.skipped += 1


class Ecb:
    most_bytes = 20_000_000

    def read(self, content: bytes, *, latest: date) -> RateFile:
        found = _Found(latest)
        if len(content) > self.most_bytes:
            raise invalid("The file is larger than any that the ECB publishes.")
        if content.startswith(b"PK\x03\x04"):
            content = self._unpacked(content)
        if content.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<":
            _read_xml(content, found)
        else:
            _read_csv(content, found)
        if not found.rates:
            raise invalid("There is no rate in this file.")
        require_once(found.rates)
        return RateFile(tuple(found.rates), found.skipped)

    def fetch(self, url: str) -> bytes:
        """The day's file over the net. Refused: fx_source_down (502), fx_url_refused."""
        return download(url, host=HOST, most_bytes=DAILY_BYTES)

    def _unpacked(self, content: bytes) -> bytes:
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as packed:
                (member,) = packed.infolist()
                with packed.open(member) as file:
                    # What the archive says of its size may be a lie: no more than this is ever unpacked.
                    text = file.read(self.most_bytes + 1)
        except (zipfile.BadZipFile, zlib.error, ValueError, RuntimeError, EOFError) as error:
            raise invalid("The archive is cut off, or holds something else than one file.") from error
        if len(text) > self.most_bytes:
            raise invalid("The file in the archive is larger than any that the ECB publishes.")
        return text


def _read_xml(content: bytes, found: _Found) -> None:
    parser = expat.ParserCreate(namespace_separator=" ")
    path: list[str] = []
    day: list[date] = []

    def doctype(*_: object) -> None:
        raise invalid("The file brings rules of its own (a DTD). The ECB's has none.")

    def start(name: str, given: dict[str, str]) -> None:
        if not path and name != _ENVELOPE:
            raise invalid("This is not the ECB's file of reference rates.")
        path.append(name)
        if name != _CUBE:
            return
        if "time" in given:
            day[:] = [read_day(given["time"], latest=found.latest)]
        elif "currency" in given or "rate" in given:
            if not day:
                raise invalid("A rate stands outside of any day.")
            found.add(given.get("currency", ""), given.get("rate", ""), day[0], parser.CurrentLineNumber)

    def end(name: str) -> None:
        path.pop()

    parser.StartDoctypeDeclHandler = doctype
    parser.StartElementHandler, parser.EndElementHandler = start, end
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise invalid(f"Line {error.lineno}: the file is cut off or broken.") from error
    except Refused as no:
        raise _in_line(parser.CurrentLineNumber, no) from no


def _read_csv(content: bytes, found: _Found) -> None:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise invalid("This is no text that can be read.") from error
    rows = _rows(text)
    header = next(rows, (0, []))[1]
    if header[:1] != ["Date"]:
        raise invalid("Line 1: the ECB's file begins with “Date” and the currencies.")
    closed = header[-1] == ""
    if not closed and not text.endswith("\n"):
        raise invalid("The file is cut off.")
    codes = header[1:-1] if closed else header[1:]
    for line, cells in rows:
        if len(cells) != len(header) or (closed and cells[-1]):
            raise invalid(f"Line {line}: the line is cut off.")
        try:
            day = read_day(_iso(cells[0]), latest=found.latest)
            for code, rate in zip(codes, cells[1:], strict=False):
                if rate != "N/A":
                    found.add(code, rate, day, line)
        except Refused as no:
            raise _in_line(line, no) from no


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for cells in reader:
            if cells:
                yield reader.line_num, [cell.strip() for cell in cells]
    except csv.Error as error:
        raise invalid(f"Line {reader.line_num}: the line cannot be read.") from error


def _iso(text: str) -> str:
    """ "2026-11-27" for "27 November 2026", as the day's CSV writes it."""
    found = _WORDED.fullmatch(text)
    if found is None or found[2][:3] not in _MONTHS:
        return text
    return f"{found[3]}-{_MONTHS.index(found[2][:3]) + 1:02}-{found[1].zfill(2)}"


def _in_line(line: int, no: Refused) -> Refused:
    message = no.message if no.message.startswith("Line ") else f"Line {line}: {no.message}"
    return Refused(no.code, message, status=no.status, **no.facts)
