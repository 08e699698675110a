"""Corrected sales wherever a report reads them: every one says the same tax as the ledger, to the cent."""

import csv
import io
import json
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl  # type: ignore[import-untyped]
import pytest

from reports.core.paging import read_turn
from reports.core.periods import Period, days, month
from reports.core.totals import TRADE_KINDS
from reports.flows.audit import audit
from reports.flows.write_export import write_export
from reports.flows.write_platform_export import write_platform_export
from reports.queries.books import month_figures
from reports.queries.general_ledger import account_book, journal_book
from reports.queries.refunds_payouts import refunds_of
from reports.queries.returns import return_of
from reports.queries.turnover import turnover_of
from tests.reports.correcting import Corrected, corrected_world
from tests.reports.reading import both_sides
from tests.reports.test_corrected_answers import booked

pytestmark = pytest.mark.django_db(transaction=True)
BERLIN = "Europe/Berlin"
SEPTEMBER, OCTOBER, NOVEMBER = (month(2026, number, BERLIN) for number in (9, 10, 11))
ALL = days(date(2026, 9, 1), date(2026, 11, 30), BERLIN)
Taxes = dict[str, int]


def cents(value: Any) -> int:
    return round(Decimal(str(value)) * 100)


def some(taxes: Counter[str]) -> Taxes:
    return {rate: minor for rate, minor in sorted(taxes.items()) if minor}


def listed(rows: list[dict[str, Any]]) -> Taxes:
    """Tax by rate of rows as the transactions list them."""
    taxes = Counter[str]()
    for row in rows:
        if row["kind"] in TRADE_KINDS and row["tax"]:
            taxes[f"{Decimal(str(row['tax_rate'])):.4f}"] += cents(row["tax_amount"])
    return some(taxes)


def exported(trade: Corrected, period: Period, folder: Path) -> dict[str, Taxes]:
    """What each format says, read as a stranger would."""
    made = {
        name: write_export(merchant_id=trade.shop.merchant.pk, period=period, name=name, folder=folder / name)
        for name in ("transactions_csv", "transactions_jsonl", "xlsx", "daily_summary")
    }
    csv_rows, daily = (
        list(csv.DictReader(io.StringIO(made[name].data.read_text(encoding="utf-8-sig"), newline="")))
        for name in ("transactions_csv", "daily_summary")
    )
    sheet = openpyxl.load_workbook(made["xlsx"].data)["Transactions"]
    head, *cells = ([cell.value for cell in row] for row in sheet.rows)
    by_day = Counter[str]()
    for row in daily:
        if row["tax"]:
            by_day[row["tax_rate"]] += cents(row["tax_amount"]) + cents(row["refunds_tax"])
    return {
        "csv": listed(csv_rows),
        "jsonl": listed([json.loads(line) for line in made["transactions_jsonl"].data.open()]),
        "xlsx": listed([dict(zip(head, row, strict=True)) for row in cells]),
        "daily": some(by_day),
    }


@pytest.mark.parametrize("sold_as", ["reduced", "below_threshold"])
def test_every_report_says_the_tax_of_the_ledger(sold_as: str, tmp_path: Path) -> None:
    trade = corrected_world(sold_as)
    merchant = trade.shop.merchant
    for period in (SEPTEMBER, OCTOBER, NOVEMBER, ALL):
        ledger = {name.split()[1]: tax for name, tax in booked(trade, period).items()}
        for name, taxes in exported(trade, period, tmp_path / period.label).items():
            assert taxes == ledger, (name, period.label)
        assert month_figures(merchant, period).differences == []
        told = return_of(merchant, period)
        assert told.differences == []
        assert some(Counter({part.rate: part.tax_minor for part in told.sums if part.tax})) == ledger
        made = write_platform_export(period=period, name="inbound_report", folder=tmp_path / "platform")
        inbound = list(csv.DictReader(io.StringIO(made.data.read_text(), newline="")))
        assert sum(cents(row["tax"]) for row in inbound) == sum(ledger.values())
        for rate in ("19.0000", "7.0000"):
            book = account_book(merchant, period, f"EUR:tax:DE:VAT:{rate}", read_turn("", ""))
            moved = sum(line.amount_minor for line in book.lines.rows) if book else 0
            assert moved == ledger.get(rate, 0)
    months = turnover_of([merchant.pk], date(2026, 9, 1))[merchant.pk]
    sums = [part for part in both_sides(merchant.pk, ALL)[0] if part.kind in TRADE_KINDS]
    assert sum(each.tax_minor for each in months) == sum(part.tax_minor for part in sums)
    assert sum(each.taxable_net_minor for each in months) == sum(part.net_minor for part in sums)
    assert audit() == []


def test_a_corrections_journal_leads_to_its_receipt(client_of: Any) -> None:
    trade = corrected_world()
    found = journal_book(trade.shop.merchant, trade.early.correction.journal)
    assert (found.line.kind, found.line.receipt_no) == ("correction", 8)
    assert {name.key: minor for name, minor in found.entries} == {
        "EUR:payable": 112, "EUR:tax:DE:VAT:19.0000": -190, "EUR:tax:DE:VAT:7.0000": 78,
    }  # fmt: skip
    home = f"/books/{trade.shop.merchant.pk}/"
    page = client_of(trade.accountant).get(f"{home}journals/{trade.early.correction.journal}/")
    assert page.status_code == 200


def test_a_refund_of_a_corrected_sale_is_listed_once() -> None:
    trade = corrected_world()
    page, sums = refunds_of(trade.shop.merchant, OCTOBER, read_turn("", ""))
    assert [row.corrects for row in page.rows] == [2, 4, 3, 2]
    assert [each.refunds for each in sums] == [len(page.rows)]
