"""A period is closed: what is kept of it, what it waits for, and that nothing changes it any more."""

import json

import pytest
from django.db import DatabaseError, connection, transaction

from base.core.errors import Refused
from base.ids import database_now
from base.models import AuditLine
from base.owner import as_owner
from merchants.models import Merchant
from payments.flows.settle import settle
from payments.flows.share_out import share_out
from reports.core.periods import parse_period
from reports.flows.audit import audit
from reports.flows.build_export import build_export
from reports.flows.make_sealed_files import make_sealed_files
from reports.flows.request_export import request_export
from reports.flows.write_export import write_export
from reports.formats import FORMATS
from reports.models import BooksClosing, BooksPeriod, Export
from tests.factories import make_member, make_person, make_shop, make_static_code, pay, settle_all
from tests.payments.payouts.partners import agreed
from tests.reports.sealing import Books, at, build_all

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def books() -> Books:
    return Books()


def no(books: Books, label: str, **more: object) -> str:
    with pytest.raises(Refused) as refused:
        books.close(label, **more)
    return refused.value.code


def test_a_close_keeps_figures_ledger_versions_and_files(books: Books) -> None:
    sale = books.sell(1, 5)
    books.give_back(sale, 1, 6)
    period = books.close("2026-Q1", journals=2)
    assert (period.state, period.label, period.time_zone) == ("closed", "2026-Q1", "Europe/Berlin")
    assert period.follows is None
    closing = period.closings.get()
    assert (closing.number, closing.journals, closing.rows, closing.closed_by) == (1, 2, 3, books.accountant)
    assert closing.totals["tax_amount"] == {"EUR": 190 - 19}
    assert closing.taxes == [["EUR", "DE", "VAT", "19.0000", 171]]
    assert closing.schema_version and len(closing.rate_table) >= 8 and len(closing.ledger_sha256) == 64
    assert build_all() == len(FORMATS)
    for export in closing.exports.all():
        rows = 0 if export.name == "exceptions_csv" else 3
        assert (export.state, export.rows, export.totals) == ("ready", rows, closing.totals)
        assert (export.schema_version, export.rate_table) == (closing.schema_version, closing.rate_table)
        told = json.loads((export.folder / f"{export.sha256}.datapackage.json").read_text())["quittance"]
        assert told["ledger"] == {
            "journals": 2,
            "head": str(closing.ledger_head),
            "sha256": closing.ledger_sha256,
        }
    assert AuditLine.objects.get(action="period.closed").detail["closing"] == 1
    assert audit() == []


def test_built_again_it_has_the_same_bytes_whatever_came_since(books: Books, tmp_path) -> None:
    sale = books.sell(1, 5)
    period = books.close("2026-Q1")
    build_all()
    books.give_back(sale, 4, 2)
    books.sell(4, 3)
    for export in Export.objects.all():
        again = write_export(
            merchant_id=books.pk,
            period=parse_period("2026-Q1", "Europe/Berlin"),
            name=export.name,
            folder=tmp_path / export.name,
        )
        kept = (export.folder / again.data.name).read_bytes()
        assert again.written.sha256 == export.sha256
        assert again.data.read_bytes() == kept
    assert period.closings.get().journals == 1


def test_a_sale_of_a_closed_period_is_refused_and_costs_nothing(books: Books) -> None:
    books.sell(1, 5)
    books.close("2026-01")
    with pytest.raises(Refused, match="period_closed"):
        books.sell(1, 6)
    books.sell(2, 1)
    assert audit() == []


def test_a_late_refund_goes_to_its_own_day(books: Books) -> None:
    sale = books.sell(1, 5)
    books.close("2026-01")
    with pytest.raises(Refused, match="period_closed"):
        books.give_back(sale, 1, 31)
    books.give_back(sale, 2, 1)
    assert books.close("2026-02").closings.get().totals["tax_amount"] == {"EUR": -19}


def test_a_close_waits_for_what_is_promised(books: Books) -> None:
    books.sell(1, 5, settle=False)
    assert no(books, "2026-01") == "period_not_settled"
    assert not BooksPeriod.objects.exists()
    settle()
    assert books.close("2026-01").closings.get().journals == 1


def test_a_close_waits_for_a_partners_part(books: Books) -> None:
    seller = make_shop(trade_name="Markthalle")
    agreed(seller, books.shop)
    pay(make_static_code(seller), make_person(funds={"EUR": 5_000}), 1190, happened_at=at(1, 5))
    settle_all()
    assert no(books, "2026-01") == "period_not_settled"
    share_out()
    assert books.close("2026-01").closings.get().journals == 1


def test_one_after_the_other_without_a_gap(books: Books) -> None:
    books.close("2026-01")
    assert no(books, "2026-03") == "period_out_of_order"
    assert no(books, "2025-12") == "period_out_of_order"
    assert no(books, "2026-Q1") == "period_out_of_order"
    assert books.close("2026-02-01..2026-02-10").follows == BooksPeriod.objects.get(label="2026-01").ends_at
    assert books.close("2026-02-11..2026-02-28").state == "closed"
    assert no(books, "2026-13") == "period_invalid"


def test_what_is_not_over_is_not_closed(books: Books) -> None:
    now = database_now()
    assert no(books, f"{now.year}") == "period_not_over"


def test_closing_it_again_changes_nothing(books: Books) -> None:
    assert books.close("2026-01") == books.close("2026-01")
    assert BooksClosing.objects.count() == 1


def test_what_was_not_seen_is_not_closed_in(books: Books) -> None:
    books.sell(1, 5)
    assert no(books, "2026-01", journals=0) == "books_changed"
    assert not BooksPeriod.objects.exists()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM wallets_closedbooks")
        assert cursor.fetchone() == (0,)


def test_the_next_period_keeps_the_clock_of_the_last(books: Books) -> None:
    """A branch that moves to another zone loses no hour between two periods."""
    books.close("2026-01")
    books.shop.branch.time_zone = "Europe/London"
    books.shop.branch.save()
    assert books.close("2026-02").time_zone == "Europe/Berlin"


@pytest.mark.parametrize("role", ["manager", "cashier"])
def test_only_owners_and_accountants_close(books: Books, role: str) -> None:
    from_role = make_member(books.shop, role)
    books.accountant = from_role
    assert no(books, "2026-01") == "not_found"


def test_a_file_that_failed_is_ordered_again_and_no_other(books: Books) -> None:
    period = books.close("2026-01")
    Export.objects.filter(name="transactions_csv").update(state="failed", problem="no room")
    where = {"actor_id": books.accountant.pk, "merchant_id": books.pk, "period_id": period.pk}
    assert make_sealed_files(**where) == 1
    assert make_sealed_files(**where) == 0
    assert build_all() == len(FORMATS)


def test_an_export_of_the_same_month_is_another_file(books: Books) -> None:
    books.sell(1, 5)
    wish = {"actor_id": books.accountant.pk, "merchant_id": books.pk}
    asked = request_export(**wish, name="transactions_csv", period="2026-01")
    books.close("2026-01")
    assert request_export(**wish, name="transactions_csv", period="2026-01") == asked
    build_all()
    loose = Export.objects.get(closing=None)
    assert Export.objects.get(name="transactions_csv", closing__isnull=False).sha256 == loose.sha256


def test_a_sealed_file_that_would_differ_fails_loudly(books: Books) -> None:
    books.sell(1, 5)
    books.close("2026-01")
    with as_owner(connection), connection.cursor() as cursor:
        cursor.execute("UPDATE reports_booksclosing SET rows = rows + 1")
    export = Export.objects.filter(name="transactions_csv").get()
    build_export(export_id=export.pk)
    export.refresh_from_db()
    assert export.state == "failed"


CHANGES = [
    "UPDATE reports_booksperiod SET ends_at = ends_at + interval '1 day'",
    "UPDATE reports_booksperiod SET label = 'x'",
    "UPDATE reports_booksperiod SET state = 'open'",
    "UPDATE reports_booksperiod SET state = 'reopened'",
    "DELETE FROM reports_booksperiod",
    "UPDATE reports_booksclosing SET rows = 0",
    "DELETE FROM reports_booksclosing",
    "DELETE FROM reports_booksexception",
    "DELETE FROM reports_booksfiling",
    "DELETE FROM reports_export",
    "UPDATE reports_export SET sha256 = repeat('0', 64)",
    "UPDATE reports_export SET closing_id = NULL",
]


@pytest.mark.parametrize("sql", CHANGES)
def test_the_database_keeps_what_is_sealed(books: Books, sql: str) -> None:
    books.sell(1, 5)
    books.close("2026-01")
    build_all()
    before = list(Export.objects.order_by("id").values())
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert list(Export.objects.order_by("id").values()) == before
    assert BooksPeriod.objects.get().state == "closed"


OVERLAP = """
INSERT INTO reports_booksperiod (id, merchant_id, label, starts_at, ends_at, time_zone, follows, state)
SELECT gen_random_uuid(), merchant_id, 'x', {starts}, {ends}, time_zone, {follows}, 'closed'
FROM reports_booksperiod
"""
DAY = "interval '1 day'"


@pytest.mark.parametrize(
    ("starts", "ends", "follows"),
    [
        ("starts_at", "ends_at", "NULL"),
        (f"starts_at + {DAY}", f"ends_at + {DAY}", f"starts_at + {DAY}"),
        (f"ends_at + {DAY}", f"ends_at + 2 * {DAY}", f"ends_at + {DAY}"),
        (f"ends_at + {DAY}", f"ends_at + 2 * {DAY}", "NULL"),
        (f"ends_at + {DAY}", f"ends_at + 2 * {DAY}", "ends_at"),
    ],
)
def test_the_database_keeps_the_chain(books: Books, starts: str, ends: str, follows: str) -> None:
    books.close("2026-01")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(OVERLAP.format(starts=starts, ends=ends, follows=follows))
    assert BooksPeriod.objects.count() == 1


def test_the_audit_sees_a_period_that_the_ledger_does_not_shut(books: Books) -> None:
    """The control of the checks: the ledger is opened past the flows, and something comes in."""
    books.sell(1, 5)
    period = books.close("2026-01")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT ledger_open_books(%s, %s, %s)", [books.pk, period.starts_at, period.ends_at])
    books.sell(1, 6)
    found = {finding.check for finding in audit()}
    assert found == {"closed_periods_are_shut", "sealed_ledger_unchanged", "sealed_totals_hold"}
    assert {finding.shard_key for finding in audit()} == {books.pk}


def test_the_figures_of_another_shop_are_not_sealed(books: Books) -> None:
    other = Books()
    other.sell(1, 5)
    assert books.close("2026-01").closings.get().journals == 0
    assert Merchant.objects.count() == 2
