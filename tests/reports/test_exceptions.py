"""What changes a closed period later is listed once: in the next period's list, and in no other."""

import json
import os
from pathlib import Path

import frictionless
import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from base.owner import as_owner
from payments.flows.end_payout import end_payout
from payments.flows.pay_out import pay_out
from payments.models import Payout
from reports.core.periods import parse_period
from reports.core.totals import ExportDoesNotFoot
from reports.flows.audit import audit
from reports.flows.write_export import write_export
from reports.formats.exceptions_csv import ExceptionsCsv
from reports.formats.hashed import Hashed
from reports.models import BooksException, BooksPeriod, Export
from reports.queries.seals import as_period, changes_so_far, exceptions_of
from tests.payments.payouts.stage import earned
from tests.reports.reading import aliased, read_csv
from tests.reports.sealing import Books, at, build_all
from wallets.rails.base import Outcome

pytestmark = pytest.mark.django_db(transaction=True)
GOLDEN = Path(__file__).parents[1] / "golden" / "exceptions.csv"


def listed(period: BooksPeriod) -> list[tuple[str, str, int, int]]:
    return [
        (each.kind, each.concerns.label, each.amount_minor, each.tax_minor) for each in exceptions_of(period)
    ]


def test_a_late_refund_is_one_exception_of_the_next_period_and_the_first_file_stays() -> None:
    books = Books()
    sale = books.sell(1, 5)
    first = books.close("2026-Q1")
    build_all()
    before = {each.pk: each.sha256 for each in Export.objects.all()}
    late = books.give_back(sale, 4, 2)
    (coming,) = changes_so_far(books.shop.merchant, first.ends_at)
    assert (coming.journal, coming.concerns) == (late.journal, first.pk)
    second = books.close("2026-Q2")
    build_all()
    assert listed(first) == []
    assert listed(second) == [("refund", "2026-Q1", -119, -19)]
    assert changes_so_far(books.shop.merchant, second.ends_at) == []
    third = books.close("2026-Q3")
    assert listed(third) == []
    assert {each.pk: each.sha256 for each in Export.objects.filter(pk__in=before)} == before
    assert first.closings.get().totals["tax_amount"] == {"EUR": 190}
    assert audit() == []


def test_a_refund_within_its_period_and_one_of_a_sale_before_the_books_are_none() -> None:
    books = Books()
    early, inside = books.sell(1, 5), books.sell(4, 5)
    books.give_back(inside, 4, 6)
    books.give_back(early, 4, 7)
    assert listed(books.close("2026-Q2")) == []
    assert audit() == []


def test_a_payout_that_comes_back_is_an_exception_of_where_it_went() -> None:
    shop, _ = earned()
    books = Books()
    books.shop, books.accountant = shop, shop.owner
    order = pay_out(actor=shop.owner, merchant_id=books.pk, key="o", happened_at=at(1, 6))
    Payout.objects.filter(pk=order.pk).update(state="sent", rail_reference="R1", sent_at=at(1, 7))
    books.close("2026-01")
    end_payout(payout_id=order.pk, outcome=Outcome.RETURNED, happened_at=at(2, 3))
    second = books.close("2026-02")
    assert listed(second) == [("payout_returned", "2026-01", order.amount_minor, 0)]


def test_what_came_while_it_was_open_again_is_in_its_own_new_list() -> None:
    books = Books()
    sale = books.sell(1, 5)
    first = books.close("2026-Q1")
    build_all()
    kept = set(Export.objects.values_list("pk", "sha256"))
    books.reopen(first)
    books.sell(2, 5, 2380)
    books.give_back(sale, 3, 1)
    again = books.close("2026-Q1")
    build_all()
    assert again == first
    assert listed(again) == [("sale", "2026-Q1", 2380, 380), ("refund", "2026-Q1", -119, -19)]
    old, new = again.closings.order_by("number")
    assert (new.supersedes, new.number, new.journals, old.journals) == (old, 2, 3, 1)
    assert set(Export.objects.filter(closing=old).values_list("pk", "sha256")) == kept
    assert {each.sha256 for each in new.exports.all()}.isdisjoint(sha256 for _, sha256 in kept)
    assert audit() == []


def test_the_file_has_the_lines_of_the_page_and_the_same_bytes_for_ever(tmp_path: Path) -> None:
    """Two lists in one golden file, whose ids are numbered; `UPDATE_GOLDEN=1` writes it anew."""
    books = Books()
    sale = books.sell(1, 5)
    books.close("2026-01")
    books.give_back(sale, 2, 2)
    second = books.close("2026-02")
    books.give_back(sale, 3, 2, 238)
    books.close("2026-03")
    build_all()
    kept = Export.objects.get(closing__period=second, name="exceptions_csv")
    (line,) = read_csv((kept.folder / f"{kept.sha256}.csv").read_bytes())
    (shown,) = exceptions_of(second)
    assert (line["journal_id"], line["kind"], line["changes_period"]) == (
        str(shown.journal), "refund", "2026-01",
    )  # fmt: skip
    again, quarter = (
        write_export(merchant_id=books.pk, period=wish, name="exceptions_csv", folder=tmp_path / wish.label)
        for wish in (as_period(second), parse_period("2026-Q1", "Europe/Berlin"))
    )
    assert again.written.sha256 == kept.sha256
    told = json.loads(quarter.package.read_text())["quittance"]
    assert (told["rows"], told["totals"]) == (2, {"amount": {"EUR": "-3.57"}, "tax_amount": {"EUR": "-0.57"}})
    text = aliased(quarter.data.read_bytes().decode())
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.write_text(text, newline="")
    assert text == GOLDEN.read_bytes().decode()
    descriptor = quarter.data.parent / "datapackage.json"
    quarter.data.rename(quarter.data.parent / quarter.file_name)
    quarter.package.rename(descriptor)
    assert frictionless.validate(str(descriptor), type="package").valid


def test_a_list_that_lost_a_line_is_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    books = Books()
    sale = books.sell(1, 5)
    books.close("2026-01")
    books.give_back(sale, 2, 2)
    second = books.close("2026-02")
    monkeypatch.setattr(ExceptionsCsv, "write", lambda form, source, out: Hashed(out).written(0))
    with pytest.raises(ExportDoesNotFoot):
        write_export(merchant_id=books.pk, period=as_period(second), name="exceptions_csv", folder=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_an_exception_is_listed_once_whoever_writes() -> None:
    books = Books()
    sale = books.sell(1, 5)
    books.close("2026-01")
    books.give_back(sale, 2, 2)
    books.close("2026-02")
    columns = (
        "id, kind, payment, happened_at, currency, amount_minor, tax_minor, journal, closing_id, concerns_id"
    )
    twice = f"""INSERT INTO reports_booksexception ({columns})
        SELECT gen_random_uuid(), {columns.removeprefix("id, ")} FROM reports_booksexception"""
    with pytest.raises(DatabaseError, match="journal"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(twice)
    with as_owner(connection), connection.cursor() as cursor:
        cursor.execute("DELETE FROM reports_booksexception")
    assert [finding.check for finding in audit()] == ["exceptions_listed_once"]


MONTHS = 4
EVENTS = st.lists(st.tuples(st.integers(1, MONTHS), st.integers(0, 5), st.booleans()), min_size=3, max_size=9)
LATER = st.lists(st.integers(0, 3), min_size=MONTHS, max_size=MONTHS)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=EVENTS, later=LATER)
def test_each_in_exactly_one_list(events: list[tuple[int, int, bool]], later: list[int]) -> None:
    """Sales and refunds in any order; each month is closed in turn, some of them late."""
    books = Books()
    sales = [(1, books.sell(1, 1, 595))]
    made: dict[str, tuple[int, int]] = {}  # journal of a refund: month of the refund, month of its sale
    closed = 0

    def close_before(month: int) -> None:
        """Close months that are over, each so many months late."""
        nonlocal closed
        while closed < MONTHS and closed + 1 + later[closed] < month:
            closed += 1
            books.close(f"2026-{closed:02d}")

    for place, (month, which, back) in enumerate(sorted(events)):
        close_before(month)
        if back:
            of, sale = sales[which % len(sales)]
            refund = books.give_back(sale, month, 2 + place, 7)
            made[str(refund.journal)] = month, of
        else:
            sales.append((month, books.sell(month, 2 + place, 595)))
    while closed < MONTHS:
        closed += 1
        books.close(f"2026-{closed:02d}")
    found = {
        str(each.journal): (int(each.closing.period.label[-2:]), int(each.concerns.label[-2:]))
        for each in BooksException.objects.filter(closing__period__merchant=books.pk)
    }
    assert found == {journal: months for journal, months in made.items() if months[0] != months[1]}
    assert audit() == []
