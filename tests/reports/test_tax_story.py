"""A foreign wallet pays in Berlin, the quarter is filed, and every figure is the same to the cent."""

import csv
import io
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl  # type: ignore[import-untyped]
import pytest

from base.core.errors import Refused
from base.ids import database_now
from merchants.flows.set_tax_mode import set_tax_mode
from payments.flows.refund import refund
from payments.flows.release_tax import release_tax
from payments.models import Payment
from payments.queries.payouts import money_of
from people.models import User
from reports.core.periods import Period, before, quarter_of
from reports.flows.audit import audit
from reports.flows.build_export import build_export
from reports.flows.close_period import close_period
from reports.flows.file_period import file_period
from reports.flows.write_platform_export import write_platform_export
from reports.models import BooksException, BooksPeriod, Export
from reports.queries.books import month_figures
from reports.queries.returns import return_of
from tests.factories import (
    Shop,
    balance,
    make_member,
    make_person,
    make_shop,
    make_static_code,
    settle_all,
    yes_to,
)  # fmt: skip
from tests.payments.foreign.stage import journal_of, quoted, say_yes, yuan

pytestmark = pytest.mark.django_db(transaction=True)
BERLIN = "Europe/Berlin"


class Story:
    """Two quarters that are over: the sale is in the first, a late refund in the second."""

    def __init__(self, shop: Shop, payer: User, accountant: User) -> None:
        self.shop, self.payer, self.accountant = shop, payer, accountant
        self.second = before(quarter_of(database_now(), BERLIN))
        self.first = before(self.second)
        self.sold_at = self.first.ends_at - timedelta(days=10)
        self.tax = f"merchant:{shop.merchant.pk}:EUR:tax:DE:VAT:19.0000"
        self.refunded_at = self.second.starts_at + timedelta(days=20)

    def close(self, period: Period) -> BooksPeriod:
        closed = close_period(
            actor_id=self.accountant.pk, merchant_id=self.shop.merchant.pk, period=period.label
        )
        for export in Export.objects.filter(closing__period=closed):
            assert build_export(export_id=export.pk)
        return closed


def files_of(period: BooksPeriod) -> dict[str, Path]:
    """The kept file of each format, by the format's name."""
    return {
        export.name: next(export.folder.glob(f"{export.sha256}.[cjx]*"))
        for export in Export.objects.filter(closing__period=period)
    }


def rows_of(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))


@pytest.fixture
def story(settings: Any, tmp_path: Path) -> Story:
    settings.EXPORT_DIR = tmp_path / "exports"
    shop = make_shop()
    set_tax_mode(actor_id=shop.owner.pk, merchant_id=shop.merchant.pk, place="DE", mode="ring_fence")
    return Story(shop, make_person(funds={"CNY": 50_000}, country="CN"), make_member(shop, "accountant"))


def paid_abroad(story: Story) -> Payment:
    """11.90 EUR in Berlin, from a wallet of yuan; settled."""
    at = story.sold_at
    yuan(days_old=(database_now() - at).days, imported_at=at - timedelta(hours=1))
    session = quoted(make_static_code(story.shop), story.payer, typed_minor=1190, at=at)
    paid = say_yes(session, story.payer, yes_to(session, story.payer, at=at), happened_at=at)
    settle_all()
    return paid


def check_all_agree(story: Story, files: dict[str, Path], folder: Path) -> None:
    """CSV, workbook, days, the form, the operator's report and the ledger: 1.90 EUR of tax on 10.00."""
    sold = [row for row in rows_of(files["transactions_csv"]) if row["kind"] == "sale"]
    assert [(r["gross"], r["tax_amount"], r["payer_amount"], r["payer_currency"]) for r in sold] == [
        ("11.90", "1.90", "92.70", "CNY")
    ]
    assert (sold[0]["payer_country"], sold[0]["cross_border"]) == ("CN", "true")
    book = openpyxl.load_workbook(files["xlsx"])
    assert {1.9} <= {cell.value for line in book["Transactions"] for cell in line}
    assert not [cell for sheet in book for line in sheet for cell in line if cell.data_type == "f"]
    daily = [row for row in rows_of(files["daily_summary"]) if row["tax"]]
    assert [Decimal(row["tax_amount"]) for row in daily] == [Decimal("1.90")]
    (form,) = return_of(story.shop.merchant, story.first).figures
    said = {line.line.code: line for line in form.lines}
    assert (said["81"].figure_minor, said["81"].tax_minor, said["81"].booked_minor) == (1000, 190, 190)
    abroad = write_platform_export(period=story.first, name="inbound_report", folder=folder)
    (inbound,) = rows_of(abroad.data)
    assert (inbound["direction"], inbound["payer_country"], inbound["tax"]) == ("inbound", "CN", "1.90")
    assert balance(story.tax) == 190
    assert month_figures(story.shop.merchant, story.first).differences == []


def test_from_a_foreign_wallet_to_a_filed_quarter(story: Story, tmp_path: Path) -> None:
    shop, merchant, paid = story.shop, story.shop.merchant, paid_abroad(story)
    # The journal carries the tax to the German account before any payout.
    assert journal_of(f"sale:{paid.pk}") == {
        f"customer:{paid.wallet}:CNY": -9270,
        f"platform:CNY:fx:{merchant.pk}": 9270,
        f"platform:EUR:fx:{merchant.pk}": -1190,
        f"merchant:{merchant.pk}:EUR:payable": 994,
        story.tax: 190,
        f"platform:EUR:fees:{merchant.pk}": 6,
    }
    # Ring-fenced: a payout cannot draw it.
    money = money_of(merchant)
    assert (money.of("tax"), money.fenced_minor, money.total_minor) == (0, 190, 994)

    # The quarter closes; its figures are the same wherever they are read.
    first = story.close(story.first)
    check_all_agree(story, files_of(first), tmp_path / "platform")
    filed_on = database_now().date()
    file_period(actor_id=story.accountant.pk, merchant_id=merchant.pk, period_id=first.pk, filed_on=filed_on)
    kept = {name: path.read_bytes() for name, path in files_of(first).items()}

    # Nothing can be booked there any more; a late refund belongs to its own quarter.
    with pytest.raises(Refused) as no:
        refund(actor=shop.owner, payment_id=paid.pk, key="back-dated", happened_at=story.sold_at)
    assert no.value.code == "period_closed"
    late = refund(
        actor=shop.owner, payment_id=paid.pk, key="late", amount_minor=595, happened_at=story.refunded_at
    )
    second = story.close(story.second)
    (exception,) = BooksException.objects.all()
    assert (exception.journal, exception.amount_minor, exception.tax_minor) == (late.journal, -595, -95)
    assert exception.closing.period_id == second.pk
    assert {name: path.read_bytes() for name, path in files_of(first).items()} == kept
    back = [row for row in rows_of(files_of(second)["transactions_csv"]) if row["kind"] == "refund"]
    assert [row["tax_amount"] for row in back] == ["-0.95"]


def test_what_was_filed_is_released(story: Story) -> None:
    paid_abroad(story)
    release_tax(
        actor=story.shop.owner, merchant_id=story.shop.merchant.pk, place="DE", key="filed",
        period=story.first.label, until=story.first.ends_at,
    )  # fmt: skip
    money = money_of(story.shop.merchant)
    assert (balance(story.tax), money.fenced_minor, money.total_minor) == (0, 0, 994 + 190)
    assert audit() == []
