"""Closed books take no journal and no promise, whoever asks; what is under way is waited for."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from base.core.errors import Refused
from base.ids import database_now
from base.owner import as_owner
from tests.wallets.ledger import CASH, NOW, assert_refused, draft, fresh_customer, funded, ids, raw_post, row
from wallets.core import chart
from wallets.flows.close_books import close_books, reopen_books
from wallets.flows.post import post, post_one
from wallets.models import ClosedBooks, Journal

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
START, END = datetime(2026, 11, 22, tzinfo=UTC), datetime(2026, 11, 23, tzinfo=UTC)
SHARD = chart.PLATFORM
INSERT = """
INSERT INTO wallets_journal (id, reference, kind, happened_at, salt, shard_key)
VALUES (%s, %s, 'raw', %s, '', %s)
"""


def closed(shard: uuid.UUID = SHARD, starts_at: datetime = START, ends_at: datetime = END) -> int:
    return close_books(shard_key=shard, starts_at=starts_at, ends_at=ends_at)


def test_closed_books_refuse_a_journal_and_say_so() -> None:
    account = funded(1000)
    assert closed() == 1
    with pytest.raises(Refused) as no:
        post_one(journal=draft((account, -300), (CASH, 300)))
    assert (no.value.code, no.value.status) == ("period_closed", 409)
    assert row(account).balance_minor == 1000
    assert Journal.objects.count() == 1


def test_one_late_journal_takes_its_batch_back_and_another_shard_is_free() -> None:
    account = fresh_customer()
    closed(uuid.uuid4())
    post(journals=[draft((CASH, -5), (account, 5)), draft((CASH, -7), (account, 7))])
    closed()
    with pytest.raises(Refused, match="period_closed"):
        post(journals=[draft((CASH, -5), (account, 5))])
    assert row(account).balance_minor == 12


@pytest.mark.parametrize(
    ("moment", "taken"),
    [
        (START - timedelta(microseconds=1), True),
        (START, False),
        (END - timedelta(microseconds=1), False),
        (END, True),
    ],
)
def test_books_are_closed_half_open(moment: datetime, taken: bool) -> None:
    closed()
    journal = uuid.uuid4()
    with as_owner(connection), connection.cursor() as cursor:
        if taken:
            cursor.execute(INSERT, [journal, f"raw:{journal}", moment, SHARD])
        else:
            with assert_refused("QT040"):
                cursor.execute(INSERT, [journal, f"raw:{journal}", moment, SHARD])
    assert Journal.objects.filter(pk=journal).exists() is taken


def test_the_functions_of_the_ledger_refuse_past_the_code() -> None:
    one, two = ids(fresh_customer(), CASH)
    closed()
    with assert_refused("QT040"):
        raw_post(uuid.uuid4(), [(one, 5), (two, -5)])


def test_without_the_trigger_it_would_be_taken() -> None:
    """The control: it is the trigger that refuses."""
    one, two = ids(fresh_customer(), CASH)
    closed()
    with as_owner(connection), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE wallets_journal DISABLE TRIGGER journal_in_open_books")
    raw_post(uuid.uuid4(), [(one, 5), (two, -5)])
    assert Journal.objects.filter(happened_at=NOW).count() == 1


def test_opened_again_they_take_it_again() -> None:
    account = fresh_customer()
    closed()
    assert reopen_books(shard_key=SHARD, starts_at=START, ends_at=END)
    assert not reopen_books(shard_key=SHARD, starts_at=START, ends_at=END)
    post(journals=[draft((CASH, -5), (account, 5))])
    assert row(account).balance_minor == 5


@pytest.mark.parametrize("days", [(0, 1), (-1, 1), (0, 2), (-1, 2)])
def test_books_are_closed_once(days: tuple[int, int]) -> None:
    closed()
    with pytest.raises(Refused, match="books_not_closable"):
        closed(starts_at=START + days[0] * DAY, ends_at=START + days[1] * DAY)
    assert ClosedBooks.objects.count() == 1
    closed(starts_at=END, ends_at=END + DAY)
    closed(starts_at=START - DAY, ends_at=START)


def test_a_time_that_is_not_over_is_not_closed() -> None:
    now = database_now()
    with pytest.raises(Refused, match="books_not_closable"):
        closed(starts_at=now - DAY, ends_at=now + timedelta(minutes=1))
    assert not ClosedBooks.objects.exists()


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO wallets_closedbooks (shard_key, starts_at, ends_at) "
        "VALUES (gen_random_uuid(), '2020-01-01', now())",
        "DELETE FROM wallets_closedbooks",
        "UPDATE wallets_closedbooks SET ends_at = starts_at + interval '1 second'",
        "SELECT ledger_lock_books(gen_random_uuid())",
    ],
)
def test_the_application_has_only_the_functions(sql: str) -> None:
    closed()
    refused = pytest.raises(DatabaseError, match="permission denied")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert ClosedBooks.objects.count() == 1
