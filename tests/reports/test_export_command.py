"""`manage.py export`: the operator's way to the same files."""

import hashlib
import json
import re
from io import StringIO

import frictionless
import pytest
from django.core.management import CommandError, call_command

from merchants.models import Merchant
from payments.models import SaleLine
from reports.formats import FORMATS
from tests.reports.reading import read_csv


def run(**options) -> str:
    out = StringIO()
    call_command("export", stdout=out, **options)
    return out.getvalue()


def test_the_names_of_all_formats():
    assert [line.split(":")[0] for line in run(list=True).splitlines()] == list(FORMATS)


@pytest.mark.parametrize("by", ["pk", "trade_name"])
def test_a_file_and_its_description(trade, tmp_path, by):
    out = tmp_path / "november.csv"
    said = run(merchant=str(getattr(trade.shop.merchant, by)), period="2026-11", out=out)
    assert said.startswith("13 rows, sha256 ")
    assert len(read_csv(out.read_bytes())) == 13
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == [
        "november.csv",
        "november.csv.datapackage.json",
    ]
    assert frictionless.validate(f"{out}.datapackage.json", type="package").valid


def test_a_month_that_does_not_foot_is_no_file(trade, tmp_path):
    SaleLine.objects.filter(payment=trade.cake).update(net_minor=1001)
    with pytest.raises(CommandError, match="No file was written"):
        run(merchant=str(trade.shop.merchant.pk), period="2026-11", out=tmp_path / "november.csv")
    assert not [path for path in tmp_path.iterdir() if path.is_file()]


@pytest.mark.parametrize(
    "options",
    [
        {"merchant": "nobody", "period": "2026-11"},
        {"merchant": "Café Morgenrot", "period": "2026-13"},
        {"merchant": "Café Morgenrot"},
        {"period": "2026-11"},
    ],
)
def test_what_is_missing_is_said(trade, tmp_path, options):
    with pytest.raises(CommandError):
        run(out=tmp_path / "x.csv", **options)


def test_a_name_of_two_shops_names_none(trade, tmp_path):
    Merchant.objects.create(
        legal_name="x", trade_name=trade.shop.merchant.trade_name, country="DE", currency="EUR", fee_ppm=0
    )
    with pytest.raises(CommandError, match="more than one"):
        run(merchant="Café Morgenrot", period="2026-11", out=tmp_path / "x.csv")


@pytest.mark.parametrize("name", sorted(FORMATS))
@pytest.mark.parametrize("period", ["2026-11", "2026-Q4", "2026", "FY2026-04-06", "2026-11-01..2026-11-30"])
def test_every_format_of_every_kind_of_period(trade, tmp_path, name, period):
    out = tmp_path / "file"
    run(merchant=str(trade.shop.merchant.pk), period=period, format=name, out=out)
    package = json.loads((tmp_path / "file.datapackage.json").read_bytes())
    assert package["resources"][0]["hash"] == f"sha256:{hashlib.sha256(out.read_bytes()).hexdigest()}"
    totals = {"amount": {}} if name == "exceptions_csv" else {"gross": {"EUR": "11.71"}}
    assert package["quittance"]["totals"] | totals == package["quittance"]["totals"]
    assert package["quittance"]["period"]["label"] == period
    assert re.fullmatch(r"[a-z0-9._-]+", package["name"])
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == [
        "file",
        "file.datapackage.json",
    ]
