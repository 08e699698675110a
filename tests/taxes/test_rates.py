"""The rate table is sound data that agrees with the Commission's, and a rate is what it says."""

import csv
import hashlib
import json
import os
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest

from base.core.errors import Refused
from taxes.core.rates import (
    OWN_ONLY,
    DatedRate,
    TaxRate,
    Treatment,
    nearest,
    place_of,
    rate_code,
    rate_label,
)
from taxes.queries import (
    CATEGORIES,
    RATE_TABLE,
    RATE_TABLE_VERSION,
    read_table,
)

ROOT = Path(__file__).parents[2]
SHARED = Path(os.environ.get("QUITTANCE_SHARED", ROOT.parent / "shared"))
TODAY = date(2026, 11, 22)  # the day of the tables compared with
# fmt: off
EU = ["AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT",
      "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"]
# fmt: on


# --- the table as data


def test_the_file_is_canonical_and_every_row_has_a_source():
    text = (ROOT / "taxes/data/rates.csv").read_text()
    rows = list(csv.DictReader(text.splitlines()))
    assert ",".join(rows[0]) == "country,region,tax,category,rate,valid_from,valid_to,source"
    for row in rows:
        assert row["rate"] == rate_code(Decimal(row["rate"])), row
        assert row["source"].strip(), row
        assert len(row["country"]) == 2, row
        assert row["country"].isupper(), row
        assert row["category"] in {*CATEGORIES, OWN_ONLY}, row
        assert place_of(row["country"], row["region"]), row


def test_a_rate_is_zero_only_under_zero():
    for row in RATE_TABLE:
        if row.category == "zero":
            assert row.rate == 0, row
        elif row.category != OWN_ONLY:
            assert TaxRate(row.tax, row.rate), row


def test_spans_run_forward_and_never_overlap():
    lanes: dict[tuple[str, ...], list[DatedRate]] = {}
    for row in RATE_TABLE:
        assert row.valid_to is None or row.valid_from < row.valid_to, row
        lanes.setdefault((row.country, row.region, row.category, row.tax), []).append(row)
    for rows in lanes.values():
        for earlier, later in pairwise(sorted(rows, key=lambda row: row.valid_from)):
            assert earlier.valid_to is not None, later
            assert earlier.valid_to <= later.valid_from, later


def test_standard_rates_have_no_hole_since_they_began():
    for country in [*EU, "GB", "CH", "NO", "JP", "CN", "SG", "NZ", "TR"]:
        rows = [r for r in RATE_TABLE if (r.country, r.region, r.category) == (country, "", "standard")]
        assert rows, country
        assert all(a.valid_to == b.valid_from for a, b in pairwise(rows)), country
        assert rows[-1].valid_to is None, country


def test_the_version_is_the_digest_of_the_file():
    data = (ROOT / "taxes/data/rates.csv").read_bytes()
    assert hashlib.sha256(data).hexdigest().startswith(RATE_TABLE_VERSION)
    assert len(RATE_TABLE_VERSION) == 12
    assert read_table(data.decode()) == RATE_TABLE


def commission_rates():
    path = SHARED / "schemas/tax-rates/eu_vat_rates_data.json"
    if not path.exists():
        assert os.environ.get("CI") != "true", f"{path} is missing: set QUITTANCE_SHARED"
        pytest.skip(f"{path} is missing: set QUITTANCE_SHARED to compare with the Commission's table")
    return json.loads(path.read_text(), parse_float=Decimal)["rates"]


# What TEDB lists for parts of a country that the table does not know, or that are no region of their own.
LOCAL_ONLY = {
    "AT": {"19"},  # Jungholz and Mittelberg
    "FR": {"0.9", "1.05", "13"},  # Corsica and overseas departments
    "GR": {"4", "17"},  # islands
}


@pytest.mark.parametrize("country", [*EU, "GB", "CH", "NO", "TR"])
def test_rates_in_force_are_the_commissions(country):
    theirs = commission_rates()[country]
    now = [row for row in RATE_TABLE if row.country == country and row.in_force(TODAY)]
    standard = [row.rate for row in now if row.category == "standard" and not row.region]
    assert standard == [theirs["standard"]]
    lower = {*theirs["reduced"], theirs["super_reduced"], theirs["parking"]} - {None}
    skipped = {Decimal(rate) for rate in LOCAL_ONLY.get(country, ())}
    assert skipped <= lower, "an exception that is no longer needed"
    ours = {row.rate for row in now if row.category not in ("zero", OWN_ONLY)}
    assert lower - skipped <= ours
    mainland = {row.rate for row in now if not row.region and row.category not in ("standard", "zero")}
    assert mainland <= lower


# --- what a rate is


@pytest.mark.parametrize(
    ("rate", "code", "label"),
    [
        ("19", "19.0000", "19"),
        ("8.875", "8.8750", "8.875"),
        ("100", "100.0000", "100"),
        ("0.5", "0.5000", "0.5"),
    ],
)
def test_a_rate_is_written_two_ways(rate, code, label):
    tax = TaxRate("VAT", Decimal(rate))
    assert (tax.code, tax.label) == (code, f"{label}\u00a0%")
    assert (rate_code(tax.rate), rate_label(tax.rate)) == (tax.code, tax.label)


def test_a_treatment_is_one_thing_or_the_other():
    for taxes_, reason, code in [
        ((), "", "tax_missing"),
        ((), "because", "tax_missing"),
        ((TaxRate("VAT", Decimal(19)),), "exempt", "tax_contradiction"),
    ]:
        with pytest.raises(Refused) as no:
            Treatment(taxes_, reason)
        assert no.value.code == code


def test_nearest_of_nothing_is_nothing():
    assert nearest([]) == ()
