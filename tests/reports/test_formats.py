"""Every format of one month: whole, equal to the ledger, the same bytes twice, read back by strangers."""

import json
import os
from collections import Counter
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import jsonschema  # type: ignore[import-untyped]
import openpyxl  # type: ignore[import-untyped]
import pytest

from reports.core.totals import ExportDoesNotFoot
from reports.flows.write_export import write_export
from reports.formats import FORMATS, sheets
from reports.formats.transactions import COLUMNS
from reports.formats.transactions_csv import TransactionsCsv
from reports.queries.days import day_sums_of
from reports.queries.rows import row_blocks
from tests.reports.reading import read_csv

SHARED = Path(os.environ.get("QUITTANCE_SHARED") or Path(__file__).parents[3] / "shared")
PROFILES = SHARED / "schemas" / "frictionless"
GOLDEN = Path(__file__).parents[1] / "golden" / "daily.csv"
STREAMED = [name for name in FORMATS if name not in ("daily_summary", "exceptions_csv")]


def make(trade, folder, name):
    return write_export(
        merchant_id=trade.shop.merchant.pk, period=trade.period, name=name, folder=folder / name
    )


@pytest.fixture
def book(trade, tmp_path):
    return openpyxl.load_workbook(make(trade, tmp_path, "xlsx").data)


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_built_again_it_has_the_same_bytes(trade, tmp_path, name):
    first, again = make(trade, tmp_path, name), make(trade, tmp_path / "again", name)
    assert first.data.read_bytes() == again.data.read_bytes()
    assert first.package.read_bytes() == again.package.read_bytes()
    assert sorted(path.name for path in (tmp_path / name).iterdir()) == sorted(
        [first.data.name, first.package.name]
    )


def test_one_stream_has_one_digest_whatever_the_format(trade, tmp_path):
    made = {name: make(trade, tmp_path, name) for name in (*STREAMED, "daily_summary")}
    assert len({made[name].stream_sha256 for name in STREAMED}) == 1
    assert made["daily_summary"].stream_sha256 != made["xlsx"].stream_sha256
    for files in made.values():
        ours = json.loads(files.package.read_bytes())["quittance"]
        assert ours["stream_sha256"] == files.stream_sha256
        assert ours["totals"]["gross"] == {"EUR": "11.71"}
    summary = openpyxl.load_workbook(made["xlsx"].data)["Summary"]
    assert made["xlsx"].stream_sha256 in [row[1].value for row in summary.rows]


@pytest.mark.skipif(
    not PROFILES.is_dir() and not os.environ.get("CI"), reason="no shared folder (QUITTANCE_SHARED)"
)
@pytest.mark.parametrize("name", sorted(FORMATS))
def test_every_package_fits_the_schema_of_the_standard(trade, tmp_path, name):
    package = json.loads(make(trade, tmp_path, name).package.read_bytes())
    schema = json.loads((PROFILES / "datapackage-2.0.json").read_text())
    assert list(jsonschema.Draft7Validator(schema).iter_errors(package)) == []


@pytest.mark.parametrize("name", STREAMED)
def test_a_row_that_got_lost_is_no_file(trade, tmp_path, monkeypatch, name):
    monkeypatch.setattr(
        "reports.queries.sources.row_blocks",
        lambda *given: (block.partition(b"\n")[2] for block in row_blocks(*given)),
    )
    with pytest.raises(ExportDoesNotFoot, match="12 read, 13 counted"):
        make(trade, tmp_path, name)
    assert not [path for path in (tmp_path / name).iterdir()]


@pytest.mark.parametrize("name", ["daily_summary", "xlsx"])
def test_a_day_that_got_lost_is_no_file(trade, tmp_path, monkeypatch, name):
    monkeypatch.setattr("reports.queries.sources.day_sums_of", lambda *given: list(day_sums_of(*given))[1:])
    with pytest.raises(ExportDoesNotFoot, match="days"):
        make(trade, tmp_path, name)
    assert not [path for path in (tmp_path / name).iterdir()]


def test_a_format_that_does_not_read_to_the_end_is_no_file(trade, tmp_path, monkeypatch):
    def lazy(form, source, out):
        next(source.rows())
        return TransactionsCsv.write(form, type("Empty", (), {"rows": lambda self: iter(())})(), out)

    form = type("Lazy", (TransactionsCsv,), {"write": lazy})()
    monkeypatch.setitem(FORMATS, "transactions_csv", form)
    with pytest.raises(ExportDoesNotFoot, match="not read to its end"):
        make(trade, tmp_path, "transactions_csv")


def test_json_lines_are_the_rows_of_the_csv_typed(trade, tmp_path):
    rows = read_csv(make(trade, tmp_path, "transactions_csv").data.read_bytes())
    text = make(trade, tmp_path, "transactions_jsonl").data.read_text()
    objects = [json.loads(line) for line in text.splitlines()]
    assert text.endswith("}\n")
    assert len(objects) == len(rows) == 13
    for row, found in zip(rows, objects, strict=True):
        assert list(found) == [column.name for column in COLUMNS]
        for name, cell in row.items():
            told = found[name]
            if isinstance(told, bool):
                assert cell == ("true" if told else "false")
            elif isinstance(told, int):
                assert cell == str(told)
            else:
                assert cell == (told or "")
        assert isinstance(found["net"], str) and isinstance(found["minor_units"], int)
        assert found["zero_reason"] is None or found["tax"] is None
    assert objects[0]["gross"] == "11.90"


def test_the_golden_days(trade, tmp_path):
    """Each day of the month with its refunds apart, to the byte; `UPDATE_GOLDEN=1` writes the file anew."""
    text = make(trade, tmp_path, "daily_summary").data.read_bytes()
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.write_bytes(text)
    assert text == GOLDEN.read_bytes()


def test_the_days_add_up_to_the_transactions(trade, tmp_path):
    rows = read_csv(make(trade, tmp_path, "transactions_csv").data.read_bytes())
    days = read_csv(make(trade, tmp_path, "daily_summary").data.read_bytes())
    told: Counter[tuple[str, str]] = Counter()
    for row in rows:
        names = {"sale": "net", "refund": "refunds_net", "tip": "tips", "refund_tip": "tips"}
        told[row["local_date"], names.get(row["kind"], "fees")] += Decimal(row["net"])  # type: ignore[assignment]
        told[row["local_date"], "taxes"] += Decimal(row["tax_amount"])  # type: ignore[assignment]
    for (day, column), amount in told.items():
        columns = ["tax_amount", "refunds_tax"] if column == "taxes" else [column]
        found = sum(Decimal(row[name]) for row in days if row["local_date"] == day for name in columns)
        assert found == amount, (day, column)
    assert sum(int(row["sales"]) for row in days) == 3


def test_the_workbook_has_a_sheet_a_report_and_no_formula(book):
    assert book.sheetnames == ["Summary", "Sales by rate", "Daily", "Transactions"]
    for sheet in book:
        assert {cell.data_type for row in sheet.rows for cell in row} <= {"s", "n", "b", "d", "inlineStr"}
        assert not [cell for row in sheet.rows for cell in row if cell.hyperlink]
    assert all(book[name].freeze_panes == "A2" for name in book.sheetnames[1:])


def test_the_workbooks_transactions_are_typed_and_those_of_the_csv(trade, tmp_path, book):
    rows = read_csv(make(trade, tmp_path, "transactions_csv").data.read_bytes())
    head, *found = book["Transactions"].iter_rows()
    names = [cell.value for cell in head]
    assert names == [column.name for column in COLUMNS]
    assert len(found) == len(rows) + 1
    for row, cells in zip(rows, found, strict=False):
        for column, cell in zip(COLUMNS, cells, strict=True):
            text = row[column.name]
            if not text:
                assert cell.value is None
            elif column.type == "number":
                assert Decimal(str(cell.value)) == Decimal(text)
            elif column.type == "date":
                assert cell.value.date() == date.fromisoformat(text)
            elif column.type == "datetime":
                instant = datetime.fromisoformat(text).replace(tzinfo=None)
                assert abs((cell.value - instant).total_seconds()) < 0.001
            else:
                assert cell.value == {"true": True, "false": False}.get(text, cell.value)
                assert str(cell.value).lower() == text.lower() or column.type == "boolean"
        assert cells[names.index("net")].number_format == "#,##0.00"
        assert isinstance(cells[names.index("mcc")].value, str)
    total = dict(zip(names, [cell.value for cell in found[-1]], strict=True))
    assert total["row_id"] == "Total EUR"
    for name in ("net", "tax_amount", "gross"):
        assert Decimal(str(total[name])) == sum(Decimal(row[name]) for row in rows)


@pytest.mark.parametrize(
    ("name", "sums"), [("Sales by rate", ["sold_gross", "net"]), ("Daily", ["net", "tips"])]
)
def test_a_sheets_totals_are_its_rows(book, name, sums):
    head, *rows = book[name].values
    assert rows[-1][0] == "Total EUR"
    for column in sums:
        at = head.index(column)
        assert round(sum(row[at] for row in rows[:-1]), 6) == round(rows[-1][at], 6)


def test_a_full_sheet_goes_on_in_the_next(trade, tmp_path, monkeypatch):
    monkeypatch.setattr(sheets, "SHEET_ROWS", 8)
    made = openpyxl.load_workbook(make(trade, tmp_path, "xlsx").data)
    parts = [name for name in made.sheetnames if name.startswith("Transactions")]
    assert parts == ["Transactions", "Transactions 2"]
    ids = [row[0] for name in parts for row in list(made[name].values)[1:]]
    assert len(ids) == len(set(ids)) == 14
    assert ids[-1] == "Total EUR"
    monkeypatch.setattr(sheets, "SHEET_ROWS", 14)
    alone = openpyxl.load_workbook(make(trade, tmp_path / "alone", "xlsx").data)
    assert [row[0] for row in alone["Transactions 2"].values] == ["row_id", "Total EUR"]
