"""Events and audit lines are written with the fact they tell of, and only ever added to."""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction

from base.flows.make_months import make_months
from base.flows.record import NewEvent, audit_line, record
from base.models import AuditLine, Event
from base.owner import as_owner
from base.tasks import make_months as months_task

pytestmark = pytest.mark.django_db
SHOP = uuid.UUID(int=7)


def event(topic: str = "till:1", **payload: Any) -> NewEvent:
    return NewEvent(topic=topic, kind="test.told", subject=SHOP, shard_key=SHOP, payload=payload)


def test_any_number_of_events_is_one_statement(django_assert_num_queries: Callable[..., Any]) -> None:
    with django_assert_num_queries(0):
        record(events=[])
    with django_assert_num_queries(1):
        record(events=[event(number=number) for number in range(50)])
    found = Event.objects.filter(kind="test.told")
    assert sorted(one.payload["number"] for one in found) == list(range(50))


def test_an_event_keeps_what_it_was_given() -> None:
    moment = datetime(2026, 11, 22, 9, 41, tzinfo=UTC)
    record(events=[event("branch:9", at=moment, name='Café "12" {a,b} \\ \'', none=None)])
    told = Event.objects.get()
    assert (told.topic, told.kind, told.subject, told.shard_key) == ("branch:9", "test.told", SHOP, SHOP)
    assert told.payload == {"at": str(moment), "name": 'Café "12" {a,b} \\ \'', "none": None}


def test_an_audit_line_is_added_and_neither_changed_nor_deleted() -> None:
    audit_line(actor_id=None, action="test.done", subject=SHOP, merchant=SHOP, amount_minor=5)
    line = AuditLine.objects.get()
    assert (line.action, line.detail) == ("test.done", {"amount_minor": 5})
    for change in (lambda: AuditLine.objects.update(action="x"), lambda: AuditLine.objects.all().delete()):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            change()
    assert AuditLine.objects.get().action == "test.done"


def partitions(table: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = %s::regclass", [table]
        )
        return {name for (name,) in cursor.fetchall()}


def month(ahead: int) -> str:
    now = datetime.now(UTC)
    year, number = divmod(now.year * 12 + now.month - 1 + ahead, 12)
    return f"_y{year}m{number + 1:02}"


@pytest.mark.parametrize("table", ["wallets_entry", "base_event"])
def test_this_month_and_three_more_are_there(table: str) -> None:
    assert partitions(table) >= {table + month(ahead) for ahead in range(4)}


def test_a_missing_month_is_made_again_and_the_app_may_ask_for_it() -> None:
    last = "wallets_entry" + month(3)
    with as_owner(connection), connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {last}")
    assert last not in partitions("wallets_entry")
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("quittance_app",)
    months_task()
    assert last in partitions("wallets_entry")


def test_further_months_can_be_asked_for_and_asking_twice_does_nothing() -> None:
    make_months(ahead=6)
    first = partitions("base_event")
    assert "base_event" + month(6) in first
    make_months(ahead=6)
    assert partitions("base_event") == first


def test_the_app_has_no_right_on_a_new_month() -> None:
    make_months(ahead=5)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT has_table_privilege('quittance_app', %s, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE')",
            ["wallets_entry" + month(5)],
        )
        assert cursor.fetchone() == (False,)


def test_every_month_of_entries_has_the_same_two_indexes() -> None:
    """Those that a migration indexed, and those made after it; no key over the number."""
    make_months(ahead=5)
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT x.indrelid::regclass::text, array_agg(split_part(pg_get_indexdef(x.indexrelid), '(', 2)
                ORDER BY x.indnatts) FROM pg_index x JOIN pg_inherits p ON p.inhrelid = x.indrelid
            WHERE p.inhparent = 'wallets_entry'::regclass AND x.indisvalid AND NOT x.indisunique GROUP BY 1"""
        )
        found = dict(cursor.fetchall())
    assert set(found) == partitions("wallets_entry")
    assert set(map(tuple, found.values())) == {("journal_id)", "account_id, account_version)")}
