"""The operator's own rates: a CSV with the columns currency, rate, date and source.

For currencies that the ECB does not list. rate: units of the currency for one euro. source: who published it.
Promise: every wrong line is named at once, and nothing is taken of a file with one.
"""

import csv
import io
from datetime import date

from base.core.errors import Refused
from base.core.plain_text import plain_text
from wallets.core.currencies import CURRENCIES
from wallets.core.fx import EUR
from wallets.core.fx_file import Quoted, RateFile, invalid, read_day, read_rate, require_once

COLUMNS = ["currency", "rate", "date", "source"]
MOST_LINES = 500
PUBLISHER_MAX = 200


class Manual:
    # It travels twice in a form, for the preview and for the yes.
    most_bytes = 40_000

    def read(self, content: bytes, *, latest: date) -> RateFile:
        if len(content) > self.most_bytes:
            raise invalid("The file is too large. Send at most 500 lines at once.")
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise invalid("This is no text in UTF-8.") from error
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        rates, errors = [], []
        try:
            if [cell.strip().lower() for cell in next(reader, [])] != COLUMNS:
                raise invalid(f"Line 1: the columns must be {','.join(COLUMNS)}.")
            for cells in reader:
                if not any(cell.strip() for cell in cells):
                    continue
                try:
                    rates.append(_line([cell.strip() for cell in cells], reader.line_num, latest))
                except Refused as no:
                    said = no.message.removesuffix(" Nothing was imported.")
                    errors.append(f"Line {reader.line_num}: {said}")
        except csv.Error as error:
            raise invalid(f"Line {reader.line_num}: the line cannot be read.") from error
        if len(errors) == 1:
            raise invalid(errors[0])
        if errors:
            raise invalid(f"{len(errors)} lines are wrong.", errors)
        if not rates or len(rates) > MOST_LINES:
            raise invalid(f"The file needs 1 to {MOST_LINES} lines below its first one.")
        require_once(rates)
        return RateFile(tuple(rates))


def _line(cells: list[str], line: int, latest: date) -> Quoted:
    if len(cells) != len(COLUMNS):
        raise invalid(f"it has {len(cells)} columns, and {len(COLUMNS)} are needed.")
    currency, rate, day, source = cells
    if currency == EUR or currency not in CURRENCIES:
        raise invalid(f"“{currency[:20]}” is no foreign currency that is known here.")
    publisher = plain_text(source, limit=PUBLISHER_MAX)
    if not publisher:
        raise invalid("say in the column source who published the rate.")
    return Quoted(currency, read_rate(rate), read_day(day, latest=latest), publisher, line)
