"""The transactions CSV against a golden file, the ledger, a stranger's validator and the standard."""

import hashlib
import io
import json
import os
from decimal import Decimal
from pathlib import Path

import frictionless
import jsonschema  # type: ignore[import-untyped]
import pytest
from frictionless.formats import ExcelControl

from reports.core.totals import total_up
from reports.flows.write_export import write_export
from reports.formats import FORMATS
from reports.formats.transactions import COLUMNS
from reports.formats.transactions_csv import BOM, TransactionsCsv
from reports.queries.rows import COLUMN_NAMES
from tests.reports.reading import Given, aliased, read_csv, totals_in

GOLDEN = Path(__file__).parents[1] / "golden" / "transactions.csv"
SHARED = Path(os.environ.get("QUITTANCE_SHARED") or Path(__file__).parents[3] / "shared")
PROFILES = SHARED / "schemas" / "frictionless"


@pytest.fixture
def files(trade, tmp_path):
    return write_export(
        merchant_id=trade.shop.merchant.pk, period=trade.period, name="transactions_csv", folder=tmp_path
    )


def test_the_golden_month(files):
    """Each kind of row there is, to the byte; `UPDATE_GOLDEN=1` writes the file anew."""
    text = aliased(files.data.read_bytes().decode())
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.write_bytes(text.encode())
    assert text == GOLDEN.read_bytes().decode()
    assert {row["kind"] for row in read_csv(GOLDEN.read_bytes())} == {
        "sale", "tip", "fee", "refund", "refund_tip", "refund_fee",
    }  # fmt: skip


def test_same_period_same_bytes(trade, files, tmp_path):
    again = write_export(
        merchant_id=trade.shop.merchant.pk,
        period=trade.period,
        name="transactions_csv",
        folder=tmp_path / "again",
    )
    assert again.data.read_bytes() == files.data.read_bytes()
    assert again.package.read_bytes() == files.package.read_bytes()
    assert again.data.name == f"{hashlib.sha256(again.data.read_bytes()).hexdigest()}.csv"


def test_a_stranger_rebuilds_the_totals(files):
    rows = read_csv(files.data.read_bytes())
    assert totals_in(rows) == files.totals.columns
    assert len(rows) == files.written.rows == files.totals.rows == 13
    for row in rows:
        assert Decimal(row["net"]) + Decimal(row["tax_amount"]) == Decimal(row["gross"])
        assert bool(row["tax"]) != bool(row["zero_reason"])
    assert len({row["row_id"] for row in rows}) == len(rows)


def test_what_came_back_is_linked_to_what_it_takes_back(files):
    rows = read_csv(files.data.read_bytes())
    refunds = [row for row in rows if row["kind"].startswith("refund")]
    sold_in = {row["payment_id"]: row["journal_id"] for row in rows if row["kind"] == "sale"}
    assert len(refunds) == 5
    assert all(row["related_id"] == sold_in[row["payment_id"]] for row in refunds)
    assert not any(row["related_id"] for row in rows if not row["kind"].startswith("refund"))


def test_the_file_is_rfc_4180(files):
    content = files.data.read_bytes()
    assert content.count(b"\r\n") == content.count(b"\n") == content.count(b"\r") == 14
    assert content.endswith(b"\r\n")
    assert content.split(b"\r\n")[0].decode() == ",".join(COLUMN_NAMES)
    assert b'"Tea, ""green"""' in content


def test_the_columns_stand_in_the_promised_order():
    assert tuple(column.name for column in COLUMNS) == COLUMN_NAMES
    assert ",".join(COLUMN_NAMES) == (
        "row_id,journal_id,receipt_no,payment_id,kind,related_id,happened_at,local_date,time_zone,merchant,branch,"
        "till,cashier,description,tax_country,tax_region,tax,tax_category,zero_reason,tax_rate,prices_include_tax,"
        "net,tax_amount,gross,currency,minor_units,fx_rate,fx_source,fx_at,payer_currency,payer_amount,"
        "payer_country,payer_country_source,cross_border,in_person,method,mcc,period,note"
    )


def test_names_fit_their_column_and_are_unlike():
    assert all(len(name) <= 30 for name in FORMATS)
    assert len({form.label for form in FORMATS.values()}) == len(FORMATS)


def test_the_byte_order_mark_is_an_option():
    plain, marked = io.BytesIO(), io.BytesIO()
    blocks = [b"1,2\n", b"3,4\n5,6\n"]
    written = TransactionsCsv().write(Given(blocks), plain)
    with_mark = TransactionsCsv(bom=True).write(Given(blocks), marked)
    assert marked.getvalue() == BOM + plain.getvalue()
    assert written.rows == with_mark.rows == 3
    assert (written.size, with_mark.size) == (len(plain.getvalue()), len(marked.getvalue()))
    assert written.sha256 == hashlib.sha256(plain.getvalue()).hexdigest()
    assert with_mark.sha256 == hashlib.sha256(marked.getvalue()).hexdigest()


TABLES = {"transactions_csv": 13, "transactions_csv_bom": 13, "transactions_jsonl": 13, "daily_summary": 12}


@pytest.mark.parametrize("name", sorted(TABLES))
def test_frictionless_finds_nothing_wrong(trade, tmp_path, name):
    made = write_export(merchant_id=trade.shop.merchant.pk, period=trade.period, name=name, folder=tmp_path)
    descriptor = _beside(tmp_path, made)
    report = frictionless.validate(descriptor, type="package")
    assert report.valid, report.flatten(["rowNumber", "fieldName", "note"])
    assert report.tasks[0].stats["rows"] == TABLES[name]


def test_frictionless_finds_the_workbooks_transactions_typed_as_the_csv_says(trade, files, tmp_path):
    """The line of totals is the only one of the sheet that is no transaction.

    The package names no table, for the file holds four: frictionless guesses the first, which is for people.
    """
    made = write_export(merchant_id=trade.shop.merchant.pk, period=trade.period, name="xlsx", folder=tmp_path)
    package = frictionless.validate(_beside(tmp_path, made), type="package")
    assert {kind for (kind,) in package.flatten(["type"])} == {"blank-label", "blank-row"}
    described = json.loads(files.package.read_bytes())["resources"][0]["schema"]
    sheet = frictionless.Resource(
        path=made.file_name,
        basepath=str(tmp_path),
        control=ExcelControl(sheet="Transactions"),
        schema=frictionless.Schema.from_descriptor(described),
    )
    report = sheet.validate()
    assert report.tasks[0].stats["rows"] == 14
    assert {row for (row,) in report.flatten(["rowNumber"])} == {15}, report.flatten(["rowNumber", "note"])


def test_frictionless_would_find_a_changed_cent(trade, files, tmp_path):
    """The control: hash and size in the package are read by the validator."""
    descriptor = _beside(tmp_path, files)
    data = tmp_path / files.file_name
    data.write_bytes(data.read_bytes().replace(b",10.00,1.90,11.90,", b",10.01,1.89,11.90,"))
    assert not frictionless.validate(descriptor, type="package").valid


def _beside(folder: Path, files) -> str:
    """Data and description as they are downloaded: side by side, under their plain names."""
    (folder / files.file_name).write_bytes(files.data.read_bytes())
    descriptor = folder / "datapackage.json"
    descriptor.write_bytes(files.package.read_bytes())
    return str(descriptor)


@pytest.mark.skipif(
    not PROFILES.is_dir() and not os.environ.get("CI"), reason="no shared folder (QUITTANCE_SHARED)"
)
def test_the_package_fits_the_schemas_of_the_standard(files):
    package = json.loads(files.package.read_bytes())
    resource = package["resources"][0]
    for profile, document in (
        ("datapackage-2.0", package),
        ("dataresource-2.0", resource),
        ("tableschema-2.0", resource["schema"]),
        ("tabledialect-2.0", resource["dialect"]),
    ):
        schema = json.loads((PROFILES / f"{profile}.json").read_text())
        jsonschema.Draft7Validator(schema).validate(document)
        assert document["$schema"].startswith("https://datapackage.org/profiles/2.0/")


def test_the_package_says_whose_and_how_much(files):
    package = json.loads(files.package.read_bytes())
    assert (
        package["resources"][0]["path"]
        == files.file_name
        == "quittance-cafe-morgenrot-2026-11-transactions.csv"
    )
    ours = package["quittance"]
    assert ours["period"]["time_zone"] == "Europe/Berlin"
    assert ours["rows"] == 13
    rows = read_csv(files.data.read_bytes())
    for name in ("net", "tax_amount", "gross"):
        assert Decimal(ours["totals"][name]["EUR"]) == sum(Decimal(row[name]) for row in rows)


def test_an_empty_month_is_a_header(trade, tmp_path):
    form, out = FORMATS["transactions_csv"], io.BytesIO()
    assert form.write(Given([]), out).rows == 0
    assert read_csv(out.getvalue()) == []
    assert total_up([]).rows == 0
