"""Files of rates as the ECB publishes them, and as an operator writes them."""

import io
import zipfile
from collections.abc import Sequence
from datetime import date

DAILY = """<?xml version="1.0" encoding="UTF-8"?>
<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01" xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">
	<gesmes:subject>Reference rates</gesmes:subject>
	<gesmes:Sender>
		<gesmes:name>European Central Bank</gesmes:name>
	</gesmes:Sender>
	<Cube>
{days}
	</Cube>
</gesmes:Envelope>"""
MANUAL = "currency,rate,date,source\n"


def xml(*days: tuple[date | str, Sequence[tuple[str, str]]]) -> bytes:
    """The day's or the history's XML."""
    cubes = []
    for day, rates in days:
        inner = "\n".join(f"\t\t\t<Cube currency='{code}' rate='{rate}'/>" for code, rate in rates)
        cubes.append(f"\t\t<Cube time='{day}'>\n{inner}\n\t\t</Cube>")
    return DAILY.format(days="\n".join(cubes)).encode()


def history(*lines: str) -> bytes:
    """The history's CSV: every line ends with a comma."""
    return "".join(f"{line}\n" for line in ("Date,USD,JPY,EEK,CNY,", *lines)).encode()


def packed(content: bytes, *, names: Sequence[str] = ("eurofxref-hist.csv",)) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, content)
    return file.getvalue()


def manual(*lines: str) -> bytes:
    return (MANUAL + "".join(f"{line}\n" for line in lines)).encode()
