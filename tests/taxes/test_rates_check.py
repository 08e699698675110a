"""The rate table against those of others: what differs is known by name, and an end is told in time."""

import json
import os
import shutil
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from taxes.core.compare import compare, endings
from taxes.core.rates import OWN_ONLY, DatedRate
from taxes.core.tables import LOWER, STANDARD, TABLES, Claim, TableUnreadable, claims_of
from taxes.queries.rates_check import known_differences

ROOT = Path(__file__).parents[2]
SHARED = Path(os.environ.get("QUITTANCE_SHARED", ROOT.parent / "shared")) / "schemas" / "tax-rates"
TODAY = date(2026, 11, 27)
pytestmark = pytest.mark.django_db


@pytest.fixture
def tables() -> Path:
    if not SHARED.is_dir():
        assert os.environ.get("CI") != "true", f"{SHARED} is missing: set QUITTANCE_SHARED"
        pytest.skip(f"{SHARED} is missing: set QUITTANCE_SHARED to compare with the public tables")
    return SHARED


def run(*args: str) -> tuple[int, str]:
    """Exit code and output of the command."""
    out = StringIO()
    try:
        call_command("rates_check", *args, stdout=out)
    except SystemExit as end:
        return int(str(end.code)), out.getvalue()
    return 0, out.getvalue()


def answer(folder: Path, on: date = TODAY) -> tuple[int, dict[str, Any]]:
    code, text = run("--tables", str(folder), "--on", on.isoformat(), "--format", "json")
    return code, json.loads(text)


# --- the real tables


def test_all_that_differs_from_four_tables_is_explained(tables: Path) -> None:
    code, found = answer(tables)
    assert (code, found["unexplained"], found["stale_explanations"]) == (0, [], [])
    assert found["files"] == sorted(TABLES)
    assert len(found["explained"]) == len(known_differences()) == 37
    assert all(item["reason"] and item["noted"] for item in found["explained"])
    assert "XI" in found["places_without_rows"]
    assert not {"DE", "US-TX", "FR-971", "PT-20"} & set(found["places_without_rows"])


def test_the_ends_of_thailand_and_viet_nam_are_told(tables: Path) -> None:
    _, found = answer(tables)
    told = {(w["place"], w["category"]): (w["rate"], w["ends_on"], w["next_rate"]) for w in found["warnings"]}
    assert told == {
        ("TH", "standard"): ("7.0000", "2026-10-01", None),
        ("VN", "temporary_reduced"): ("8.0000", "2027-01-01", "10.0000"),
    }
    text = run("--tables", str(tables), "--on", "2026-09-01")[1].replace("\u00a0", " ")
    assert "TH VAT standard 7 % ends on 2026-10-01, then nothing: sales are refused" in text
    assert "VN" not in text.split("WARNING")[1]


def test_a_changed_table_is_an_unexplained_difference_and_an_exit_of_1(tables: Path, tmp_path: Path) -> None:
    history = (tables / "kdeldycke-vat_rates.csv").read_text()
    row = "2021-01-01,,DE,EUR,0.19,"
    assert row in history
    (tmp_path / "kdeldycke-vat_rates.csv").write_text(history.replace(row, "2021-01-01,,DE,EUR,0.2,"))
    code, found = answer(tmp_path)
    assert code == 1
    assert found["unexplained"] == [
        {
            "place": "DE",
            "category": "standard",
            "from": "2021-01-01",
            "to": None,
            "ours": ["19.0000"],
            "theirs": ["20.0000"],
            "file": "kdeldycke-vat_rates.csv",
        }
    ]
    code, text = run("--tables", str(tmp_path), "--on", TODAY.isoformat())
    assert code == 1
    assert "DIFFERS  DE     standard" in text


def test_an_explanation_whose_difference_is_gone_is_told(tables: Path, tmp_path: Path) -> None:
    history = (tables / "kdeldycke-vat_rates.csv").read_text()
    (tmp_path / "kdeldycke-vat_rates.csv").write_text(
        history.replace("2011-01-01,,PT-30", "2012-04-01,,PT-30")
    )
    code, found = answer(tmp_path)
    assert code == 0
    assert [item["place"] for item in found["stale_explanations"]] == ["PT-30"]


@pytest.mark.parametrize("name", sorted(TABLES))
def test_a_table_that_is_cut_off_is_an_error_not_an_empty_list(
    tables: Path, tmp_path: Path, name: str
) -> None:
    whole = (tables / name).read_text()
    (tmp_path / name).write_text(whole[: len(whole) * 2 // 3] if name.endswith("json") else "start_date,stop")
    with pytest.raises(CommandError, match=name):
        answer(tmp_path)


def test_a_folder_without_a_known_table_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="none of the tables"):
        answer(tmp_path)


def test_one_table_alone_is_compared(tables: Path, tmp_path: Path) -> None:
    shutil.copy(tables / "eu_vat_rates_data.json", tmp_path)
    code, found = answer(tmp_path)
    assert (code, found["stale_explanations"]) == (0, [])
    assert {item["place"] for item in found["explained"]} == {"AT", "FR", "GR", "PT"}


# --- the comparison itself


def row(rate: str, begin: str, end: str | None = None, category: str = "standard", **more: Any) -> DatedRate:
    until = date.fromisoformat(end) if end else None
    return DatedRate(category, "VAT", Decimal(rate), date.fromisoformat(begin), until, country="XX", **more)


def claim(rate: str, begin: str | None = None, end: str | None = None, kind: str = STANDARD) -> Claim:
    days = [date.fromisoformat(day) if day else None for day in (begin, end)]
    rates = frozenset(Decimal(each).quantize(Decimal("0.0001")) for each in rate.split())
    return Claim("f", "XX", kind, rates, *days)


def told(theirs: Claim, ours: Sequence[DatedRate]) -> list[tuple[str, str, list[str]]]:
    return [
        (str(d.valid_from or ""), str(d.valid_to or ""), sorted(str(rate) for rate in d.ours))
        for d in compare([theirs], ours, on=TODAY)
    ]


@pytest.mark.parametrize(
    ("theirs", "ours", "differences"),
    [
        (claim("19", "2020-01-01"), [row("19", "2010-01-01")], []),
        # An open claim speaks up to the day of the check: what is planned after it is no difference.
        (claim("19", "2020-01-01"), [row("19", "2020-01-01", "2027-01-01"), row("20", "2027-01-01")], []),
        (claim("19", "2020-01-01", "2027-06-01"), [row("19", "2020-01-01", "2027-01-01")], []),
        (
            claim("19", "2020-01-01"),
            [row("19", "2020-01-01", "2024-01-01"), row("20", "2024-01-01")],
            [("2024-01-01", "", ["20"])],
        ),
        (
            claim("19", "2020-01-01", "2021-01-01"),
            [row("19", "2020-02-01")],
            [("2020-01-01", "2020-02-01", [])],
        ),
        (
            claim("19", "2020-01-01"),
            [row("19", "2020-01-01", "2022-01-01"), row("19", "2022-01-02")],
            [("2022-01-01", "2022-01-02", [])],
        ),
        # Two taxes of a place are compared as their sum, and a part that only informs as it is.
        (claim("12", "2020-01-01"), [row("5", "2020-01-01"), row("7", "2020-01-01")], []),
        (claim("6"), [row("6.5", "2020-01-01", category=OWN_ONLY)], [("", "", ["6.5"])]),
        # Without a beginning it speaks of its last day only.
        (claim("18"), [row("17", "2020-01-01", "2025-01-01"), row("18", "2025-01-01")], []),
        (claim("17", None, "2025-01-01"), [row("18", "2020-01-01")], [("", "2025-01-01", ["18"])]),
        (claim("17", None, "2019-01-01"), [row("18", "2020-01-01")], []),
        (
            claim("5 7", "2020-01-01", kind=LOWER),
            [row("7", "2020-01-01", category="reduced")],
            [("2020-01-01", "", ["7"])],
        ),
        (
            claim("7", "2020-01-01", kind=LOWER),
            [
                row("19", "2020-01-01"),
                row("7", "2020-01-01", category="reduced"),
                row("19", "2020-01-01", category="restaurant_food"),
                row("0", "2020-01-01", category="zero"),
            ],
            [],
        ),
    ],
)
def test_what_differs(theirs: Claim, ours: list[DatedRate], differences: list[Any]) -> None:
    assert told(theirs, ours) == differences


@pytest.mark.parametrize(
    ("rows", "ends"),
    [
        ([row("7", "2020-01-01", "2027-01-26")], [("2027-01-26", None)]),
        ([row("7", "2020-01-01", "2027-01-27")], []),
        ([row("7", "2020-01-01", "2027-01-01"), row("8", "2027-01-01")], [("2027-01-01", "8")]),
        ([row("7", "2020-01-01", "2027-01-01"), row("7", "2027-01-01")], []),  # only a new law, the same rate
        ([row("7", "2020-01-01", "2026-01-01")], [("2026-01-01", None)]),
        ([row("7", "2020-01-01", "2026-01-01"), row("8", "2026-01-01")], []),
        ([row("7", "2020-01-01", "2025-11-26")], []),
        ([row("7", "2020-01-01", "2027-01-01", category=OWN_ONLY)], []),
    ],
)
def test_what_ends(rows: list[DatedRate], ends: list[tuple[str, str | None]]) -> None:
    found = [(str(e.on), str(e.next_rate) if e.next_rate else None) for e in endings(rows, on=TODAY)]
    assert found == ends


def test_a_moment_is_the_nearest_midnight() -> None:
    text = (
        '{"EE": {"type": "vat", "rate": 0.24, "before": {"2025-06-30T21:00:00.000Z": {"rate": 0.22}}},'
        ' "CA": {"type": "gst", "rate": 0.05, "states": {"NS": {"rate": 0.09, "type": "hst",'
        ' "before": {"2025-04-01T00:00:00.000Z": {"rate": 0.1}}}}}}'
    )
    said = [
        (c.place, *sorted(c.rates), c.valid_from) for c in claims_of("npm-sales_tax_rates-2.23.0.json", text)
    ]
    assert said == [
        ("EE", Decimal(24), date(2025, 7, 1)),
        ("EE", Decimal(22), None),
        ("CA", Decimal(5), None),
        ("CA-NS", Decimal(14), date(2025, 4, 1)),
        ("CA-NS", Decimal(15), None),
    ]


def test_a_table_that_says_nothing_is_unreadable() -> None:
    with pytest.raises(TableUnreadable, match="says nothing"):
        claims_of("eu_vat_rates_data.json", '{"rates": {}}')
