"""The rows that we write into a sheet ourselves: any text comes back, each cell is what its column says."""

import io
import re
import xml.etree.ElementTree as ET

from hypothesis import example, given
from hypothesis import strategies as st

from reports.formats.row_sheet import RowWriter
from reports.formats.transactions import COLUMNS

AT = [column.name for column in COLUMNS].index
MONEY = {0: 4, 2: 5, 3: 6}


def sheet(*rows: dict[str, str]) -> list[ET.Element]:
    """The rows of the XML that is written of them."""
    out = io.BytesIO()
    given = [[row.get(column.name, "") for column in COLUMNS] for row in rows]
    assert RowWriter(MONEY, day=7, instant=8).write(iter(given), out, first=2) == len(rows)
    return list(ET.fromstring(b"<sheetData>" + out.getvalue() + b"</sheetData>"))  # noqa: S314 - our own


def read(text: str) -> str:
    """As the file format has it: _xHHHH_ is a sign."""
    return re.sub("_x([0-9A-Fa-f]{4})_", lambda found: chr(int(found[1], 16)), text)


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1))
@example("_x003D_1+1")
@example("_x005F_x003D_")
@example(" a & b <c> ]]> ")
@example("x\ufffe\uffff")
def test_any_text_is_one_cell_and_comes_back(text: str) -> None:
    (row,) = sheet({"minor_units": "2", "description": text})
    cell = row[0]
    assert cell.get("t") == "inlineStr"
    found = cell.find("is/t")
    assert found is not None and read(found.text or "") == text
    if text != text.strip():
        assert found.get("{http://www.w3.org/XML/1998/namespace}space") == "preserve"


def test_each_cell_is_what_its_column_says() -> None:
    first, second = sheet(
        {"minor_units": "2", "net": "-0.10", "local_date": "2026-11-03", "prices_include_tax": "true"},
        {
            "minor_units": "0",
            "net": "1190",
            "happened_at": "2026-11-03T06:00:00.500000Z",
            "cross_border": "false",
        },
    )
    assert [(c.get("r"), c.get("s"), c.get("t"), c.findtext("v")) for c in first] == [
        ("H2", "7", None, "46329"), ("U2", None, "b", "1"), ("V2", "5", None, "-0.10"),
        ("Z2", None, None, "2"),
    ]  # fmt: skip
    instant = 46329 + (6 * 3600 + 0.5) / 86_400
    assert [(c.get("s"), c.get("t")) for c in second] == [("8", None), ("4", None), (None, None), (None, "b")]
    assert abs(float(second[0].findtext("v") or 0) - instant) < 1e-9
    assert [c.findtext("v") for c in second[1:]] == ["1190", "0", "0"]
    assert (first.get("r"), second.get("r")) == ("2", "3")
