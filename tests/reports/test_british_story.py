"""A British shop sells, gives back and closes two quarters; the nine boxes are the ledger's, to the penny."""

import csv
import io
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from base.core.errors import Refused
from base.ids import database_now
from payments.flows.refund import refund
from payments.models import Payment
from reports.core.periods import Period, before, quarter_of
from reports.core.returns import ReturnFigures
from reports.flows.audit import audit
from reports.flows.build_export import build_export
from reports.flows.close_period import close_period
from reports.models import Export
from reports.queries.books import month_figures
from reports.queries.returns import return_of
from tests.factories import (
    balance,
    make_member,
    make_one_time_code,
    make_person,
    make_rate,
    make_shop,
    make_static_code,
    pay,
    settle_all,
    yes_to,
)
from tests.payments.foreign.stage import quoted, say_yes

pytestmark = pytest.mark.django_db(transaction=True)
CATEGORIES = ("standard", "reduced", "zero", "exempt")
# A table's order: 20 %, 5 %, 0 % and exempt, 8.55 GBP in all.
ORDER = [
    {"description": name, "category": name, "amount_minor": minor}
    for name, minor in zip(CATEGORIES, (499, 205, 101, 50), strict=True)
]


class London:
    """A shop, a payer with pounds and one with yuan, and two quarters that are over."""

    def __init__(self) -> None:
        self.shop = make_shop("GB", categories=CATEGORIES, trade_name="Morning Light")
        self.accountant = make_member(self.shop, "accountant")
        self.payer, self.abroad = make_person(funds={"GBP": 20_000}), make_person(funds={"CNY": 80_000})
        self.second = before(quarter_of(database_now(), "Europe/London"))
        self.first = before(self.second)
        self.at = self.first.ends_at - timedelta(days=10)

    def sell(self, category: str, minor: int) -> Payment:
        return pay(make_static_code(self.shop, category), self.payer, minor, happened_at=self.at)

    def sell_abroad(self, minor: int) -> Payment:
        age = (database_now() - self.at).days
        for currency, rate in (("CNY", "8.0000"), ("GBP", "0.8500")):
            make_rate(currency, rate, days_old=age, imported_at=self.at - timedelta(hours=1))
        code = make_static_code(self.shop)
        session = quoted(code, self.abroad, typed_minor=minor, at=self.at)
        return say_yes(session, self.abroad, yes_to(session, self.abroad, at=self.at), happened_at=self.at)

    def give_back(self, paid: Payment, key: str, minor: int | None, at: datetime) -> None:
        refund(actor=self.shop.owner, payment_id=paid.pk, key=key, amount_minor=minor, happened_at=at)

    def close(self, period: Period) -> list[dict[str, str]]:
        """Close a quarter; the rows of its transactions CSV."""
        closed = close_period(
            actor_id=self.accountant.pk, merchant_id=self.shop.merchant.pk, period=period.label
        )
        for export in Export.objects.filter(closing__period=closed):
            assert build_export(export_id=export.pk)
        export = Export.objects.get(closing__period=closed, name="transactions_csv")
        text = next(export.folder.glob(f"{export.sha256}.csv")).read_text(encoding="utf-8-sig")
        return list(csv.DictReader(io.StringIO(text, newline="")))

    def ledger(self) -> tuple[int, int]:
        """Tax, and what was sold without it, as the accounts have them; tips stand in one of their own."""
        pk = self.shop.merchant.pk
        tax = sum(balance(f"merchant:{pk}:GBP:tax:GB:VAT:{rate}") for rate in ("20.0000", "5.0000"))
        return tax, balance(f"merchant:{pk}:GBP:payable") + balance(f"platform:GBP:fees:{pk}")

    def boxes(self, period: Period) -> ReturnFigures:
        returned = return_of(self.shop.merchant, period)
        (figures,) = returned.figures
        assert (returned.differences, figures.left_out, figures.form.key) == ([], (), "gb_vat")
        return figures


def pounds(rows: list[dict[str, str]], column: str) -> int:
    """What the goods of an export add up to, in pence."""
    return int(sum(Decimal(row[column]) for row in rows if row["tax_category"]) * 100)


def box(figures: ReturnFigures, code: str) -> tuple[int | None, int]:
    """A box as the form takes it, and exactly."""
    line = next(line for line in figures.lines if line.line.code == code)
    return line.figure_minor, line.exact_minor


@pytest.fixture
def london(settings: Any, tmp_path: Path) -> London:
    settings.EXPORT_DIR = tmp_path / "exports"
    return London()


def test_two_british_quarters(london: London) -> None:
    coffee, rail = london.sell("standard", 1299), london.sell("reduced", 1049)
    london.sell("zero", 333)
    london.sell("exempt", 777)
    pay(make_one_time_code(london.shop, lines=ORDER), london.payer, tip_minor=100, happened_at=london.at)
    abroad = london.sell_abroad(2400)
    settle_all()
    later = london.at + timedelta(days=1)
    london.give_back(rail, "rail", None, later)
    london.give_back(abroad, "half of it", 1200, later)

    # Sold 20 %: 12.99 and 4.99 and 24.00 less 12.00; 5 %: 2.05 (10.49 went back); 0 %: 3.33 and 1.01;
    # exempt: 7.77 and 0.50. Tax: 2.17 and 0.83 and 2.00; 0.10. The tip of 1.00 is in no box.
    rows = london.close(london.first)
    figures = london.boxes(london.first)
    assert box(figures, "1") == (5_10, 5_10)
    assert box(figures, "6") == (39_00, 10_82 + 4_16 + 10_00 + 1_95 + 3_33 + 1_01 + 7_77 + 50)
    assert [line.line.code for line in figures.lines if line.figure_minor is None] == list("2345789")
    assert london.ledger() == (box(figures, "1")[1], box(figures, "6")[1])
    assert (pounds(rows, "tax_amount"), pounds(rows, "net")) == london.ledger()
    assert {row["payer_currency"] for row in rows if row["payer_amount"]} >= {"CNY"}
    assert month_figures(london.shop.merchant, london.first).differences == []

    # The quarter is shut; what goes back later belongs to the next one, whose boxes are below zero.
    with pytest.raises(Refused) as no:
        london.give_back(coffee, "back-dated", 650, london.at)
    assert no.value.code == "period_closed"
    before_it = london.ledger()
    london.give_back(coffee, "late", 650, london.second.starts_at + timedelta(days=20))
    london.close(london.second)
    late = london.boxes(london.second)
    moved = tuple(new - old for new, old in zip(london.ledger(), before_it, strict=True))
    assert (box(late, "1")[1], box(late, "6")[1]) == moved == (-1_09, -5_41)
    assert box(late, "6")[0] == -5_00
    assert london.boxes(london.first) == figures
    assert audit() == []
