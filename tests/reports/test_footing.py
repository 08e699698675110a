"""What does not equal the ledger does not leave: each planted fault stops the export and leaves no file."""

from contextlib import suppress

import pytest
from django.db import connection, transaction

from payments.models import Payment, RefundLine, SaleLine
from reports.core.totals import ExportDoesNotFoot, check_foots, total_up
from reports.flows.build_export import DOES_NOT_FOOT, build_export
from reports.flows.request_export import request_export
from reports.models import Export
from reports.queries.ledger import movements_of
from reports.queries.rows import sums_of
from tests.reports.reading import both_sides

ENTRY = "UPDATE wallets_entry SET amount_minor = amount_minor + 1 WHERE journal_id = %s AND account_id ="
FAULTS = {
    "a line's net": lambda t, sql: SaleLine.objects.filter(payment=t.cake).update(net_minor=1001),
    "a line's tax": lambda t, sql: SaleLine.objects.filter(payment=t.cake).update(tax_minor=191),
    "a line's rate": lambda t, sql: SaleLine.objects.filter(payment=t.cake).update(rate="7.0000"),
    "a line's tax name": lambda t, sql: SaleLine.objects.filter(payment=t.cake).update(tax="GST"),
    "a refund line gone": lambda t, sql: RefundLine.objects.filter(refund__payment=t.cake).delete(),
    "a refund's net": lambda t, sql: RefundLine.objects.filter(refund__payment=t.cake).update(net_minor=499),
    "a fee": lambda t, sql: Payment.objects.filter(pk=t.cake.pk).update(fee_minor=7),
    "a place": lambda t, sql: type(t.shop.branch).objects.update(country="AT"),
    "a payment put back": lambda t, sql: Payment.objects.filter(pk=t.order.pk, refunded_minor=1427).update(
        refunded_minor=0, state="promised", journal=None, settled_at=None
    ),
    "a ledger entry of tax": lambda t, sql: sql(
        f"{ENTRY} (SELECT id FROM wallets_account WHERE code LIKE 'merchant:%%:tax:DE:VAT:19.0000')",
        Payment.objects.get(pk=t.cake.pk).journal,
    ),
    "a ledger entry of fees": lambda t, sql: sql(
        f"{ENTRY} (SELECT id FROM wallets_account WHERE code LIKE 'platform:EUR:fees:%%')",
        Payment.objects.get(pk=t.cake.pk).journal,
    ),
    "a journal moved out of the month": lambda t, sql: sql(
        "DELETE FROM wallets_entry WHERE journal_id = %s", Payment.objects.get(pk=t.cake.pk).journal
    ),
}


@pytest.fixture
def queued(trade):
    return request_export(
        actor_id=trade.accountant.pk,
        merchant_id=trade.shop.merchant.pk,
        name="transactions_csv",
        period="2026-11",
    )


def test_without_a_fault_it_foots(trade, queued):
    sums, ledger = both_sides(trade.shop.merchant.pk, trade.period)
    check_foots(total_up(sums), ledger)
    assert build_export(export_id=queued.pk)
    queued.refresh_from_db()
    assert queued.state == Export.State.READY
    assert queued.totals == total_up(sums).columns


def test_each_planted_fault_is_found(trade, owner_sql):
    """All in one month of trade: each is planted, looked at, and rolled back."""
    unseen = []
    for name, plant in FAULTS.items():
        with transaction.atomic(), connection.cursor() as cursor:
            plant(trade, owner_sql)
            totals = total_up(sums_of(cursor, trade.shop.merchant.pk, trade.period))
            with suppress(ExportDoesNotFoot):
                check_foots(totals, movements_of(cursor, trade.shop.merchant.pk, trade.period))
                unseen.append(name)
            transaction.set_rollback(True)
    assert unseen == []
    sums, ledger = both_sides(trade.shop.merchant.pk, trade.period)
    check_foots(total_up(sums), ledger)


@pytest.mark.parametrize("fault", ["a line's tax", "a ledger entry of fees"])
def test_a_fault_stops_the_export_and_leaves_no_file(trade, queued, desk, owner_sql, fault):
    FAULTS[fault](trade, owner_sql)
    assert build_export(export_id=queued.pk)
    queued.refresh_from_db()
    assert (queued.state, queued.problem, queued.sha256) == (Export.State.FAILED, DOES_NOT_FOOT, "")
    assert list(queued.folder.iterdir()) == []
    for name in ("file", "datapackage.json"):
        assert desk.get(f"/books/{trade.shop.merchant.pk}/exports/{queued.pk}/{name}").status_code == 404
    page = desk.get(f"/books/{trade.shop.merchant.pk}/?month=2026-11")
    assert "do not add up to the ledger" in page.content.decode()
    assert "Foots to the ledger" not in page.content.decode()
