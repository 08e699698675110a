"""A pasted or uploaded list: every line is understood, or told by its number; never half of them."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.core.errors import Refused
from merchants.core.code_list import LABEL_MAX, MOST_CODES, read_list, read_text

TILLS = frozenset({"Bar", "Till 1"})


def labels(text: str) -> list[str]:
    return [wanted.label for wanted in read_list(text, tills=TILLS)]


def errors(text: str) -> list[str]:
    with pytest.raises(Refused) as no:
        read_list(text, tills=TILLS)
    assert (no.value.code, no.value.status) == ("list_invalid", 400)
    return list(no.value.facts["errors"])


def test_a_plain_line_is_a_label_whatever_stands_in_it() -> None:
    assert labels("Table 1\n\n  Table 2, window  \r\nStand; left\n") == [
        "Table 1", "Table 2, window", "Stand; left",
    ]  # fmt: skip


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_header_makes_it_a_table_in_any_order_of_columns(delimiter: str) -> None:
    rows = [["Till", "Remark", "LABEL"], ["Bar", "x", f"Table{delimiter}1"], ["", "", "Table 2"]]
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    found = read_list(out.getvalue(), tills=TILLS)
    assert [(each.line, each.label, each.till) for each in found] == [
        (2, " ".join(f"Table{delimiter}1".split()), "Bar"), (3, "Table 2", ""),
    ]  # fmt: skip


def test_a_line_break_inside_quotes_counts_as_the_spreadsheet_counts() -> None:
    found = read_list('label\n"Table\n1"\nTable 2\n')
    assert [(each.line, each.label) for each in found] == [(2, "Table 1"), (4, "Table 2")]


def test_every_wrong_line_is_told_by_its_number_and_nothing_is_taken() -> None:
    rows = [
        "label,till",
        "Table 1,",
        f"{'x' * (LABEL_MAX + 1)},",
        "Table 2,Cellar",
        ",Bar",
        "Table 1,Bar",
        "A\u202eB,",
    ]
    told = errors("\n".join(rows))
    assert [line.split(":")[0] for line in told] == ["Line 3", "Line 4", "Line 5", "Line 6", "Line 7"]
    assert "Cellar" in told[1] and "line 2 already" in told[3]


def test_a_thousand_bad_rows_are_all_told() -> None:
    text = "\n".join(["label,till", *(f"Table {number},Nowhere" for number in range(1000))])
    assert len(errors(text)) == 1000


def test_what_is_no_table_is_told_where() -> None:
    assert errors("label\nTable 1\nTable\x002\n")[-1].startswith("Line 3")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "list_empty"),
        (" \n\t\n", "list_empty"),
        ("label,till\n", "list_empty"),
        ("\n".join(f"Table {number}" for number in range(MOST_CODES + 1)), "list_too_long"),
    ],
)
def test_none_and_too_many_are_refused(text: str, code: str) -> None:
    with pytest.raises(Refused, match=code):
        read_list(text)
    assert len(read_list("\n".join(f"Table {number}" for number in range(MOST_CODES)))) == MOST_CODES


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_file_is_read_as_spreadsheets_save_it(encoding: str) -> None:
    assert read_text("Tisch für zwölf".encode(encoding)) == "Tisch für zwölf"


def test_a_picture_is_no_list() -> None:
    with pytest.raises(Refused, match="list_unreadable"):
        read_text(b"\x89PNG\x81\x8d\x8f")


@given(st.text())
def test_no_text_raises_anything_else(text: str) -> None:
    try:
        found = read_list(text, tills=TILLS)
    except Refused:
        return
    assert found and len({each.label for each in found}) == len(found)


@given(st.binary())
def test_no_file_raises_anything_else(content: bytes) -> None:
    try:
        text = read_text(content)
    except Refused:
        return
    assert isinstance(text, str)
