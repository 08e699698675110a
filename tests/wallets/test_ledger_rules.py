"""What PostgreSQL refuses, whoever asks: each guard of `wallets/sql` has a test that goes red without it."""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

import wallets
from base.core.errors import Refused
from base.owner import as_owner
from base.sql import load
from tests.wallets.ledger import CASH, NOW, assert_refused, draft, fresh_customer, funded, ids, raw_post, row
from wallets.core import chart
from wallets.core.ledger import Draft, Leg, legs
from wallets.flows.post import post, post_one
from wallets.models import Entry, Journal
from wallets.queries import journal_named

pytestmark = pytest.mark.django_db
SQL = Path(wallets.__file__).parent / "sql"
ONCE, OTHER = f"top_up:{uuid.UUID(int=1)}", f"top_up:{uuid.UUID(int=2)}"


def test_posting_moves_both_sides_and_chains() -> None:
    account = funded(1000)
    post(journals=[draft((account, -300), (CASH, 300)), draft((account, -200), (CASH, 200))])
    assert row(account).balance_minor == 500
    chain = Entry.objects.filter(account=row(account).pk).order_by("account_version")
    assert [(e.account_version, e.amount_minor, e.balance_after_minor) for e in chain] == [
        (1, 1000, 1000),
        (2, -300, 700),
        (3, -200, 500),
    ]


def test_a_reference_is_posted_once() -> None:
    account = fresh_customer()
    first = post(journals=[draft((CASH, -5), (account, 5), reference=ONCE)])
    again = post(
        journals=[
            draft((CASH, -5), (account, 5), reference=ONCE),
            draft((CASH, -7), (account, 7), reference=OTHER),
        ]
    )
    assert again[ONCE].journal == first[ONCE].journal
    assert (again[ONCE].replayed, again[OTHER].replayed) == (True, False)
    assert row(account).balance_minor == 12


def test_an_unbalanced_journal_is_refused_by_core_and_by_the_database() -> None:
    one, two = fresh_customer(), CASH
    with pytest.raises(Refused, match="journal_unbalanced"):
        draft((one, 5), (two, -4))
    first, second = ids(one, two)
    with assert_refused("QT011"):
        raw_post(uuid.uuid4(), [(first, 5), (second, -4)])


def test_two_currencies_do_not_balance_each_other() -> None:
    euro, dong = fresh_customer("EUR"), chart.cash("VND", "sandbox")
    with pytest.raises(Refused, match="currency_mismatch"):
        draft((euro, 5), (dong, -5))
    first, second = ids(euro, dong)
    with assert_refused("QT013"):
        raw_post(uuid.uuid4(), [(first, 5), (second, -5)])


def test_a_journal_has_two_entries_at_least() -> None:
    with pytest.raises(Refused, match="journal_one_legged"):
        draft((fresh_customer(), 5))
    (account,) = ids(fresh_customer())
    with assert_refused("QT012"):
        with as_owner(connection), connection.cursor() as cursor:
            # A zero-sum single entry cannot exist, so plant it past the CHECK.
            cursor.execute("ALTER TABLE wallets_entry DROP CONSTRAINT entry_not_zero")
        raw_post(uuid.uuid4(), [(account, 0)])


def test_a_journal_gets_its_entries_once() -> None:
    one, two = ids(fresh_customer(), CASH)
    journal = uuid.uuid4()
    raw_post(journal, [(one, 5), (two, -5)])
    insert = (
        "INSERT INTO wallets_entry (journal_id, line, account_id, amount_minor, balance_after_minor,"
        " account_version) VALUES (%s, %s, %s, 1, 6, 2), (%s, %s, %s, -1, -6, 2)"
    )
    values: list[Any] = [journal, 3, one, journal, 4, two]
    with assert_refused("QT012"), as_owner(connection), connection.cursor() as cursor:
        cursor.execute(insert, values)


@pytest.mark.parametrize(
    ("reference", "kind", "code"),
    [(ONCE, "refund", "23514"), ("top_up:once", "top_up", "22P02"), ("top_up", "top_up", "22P02")],
)
def test_a_reference_is_its_kind_and_an_id(reference: str, kind: str, code: str) -> None:
    """Its index is over both: without this, one reference could stand once under each kind."""
    insert = (
        "INSERT INTO wallets_journal (id, reference, kind, happened_at, salt, shard_key)"
        " VALUES (gen_random_uuid(), %s, %s, now(), '', gen_random_uuid())"
    )
    with assert_refused(code), as_owner(connection), connection.cursor() as cursor:
        cursor.execute(insert, [reference, kind])


def test_a_reference_is_found_by_its_index() -> None:
    post(journals=[draft((CASH, -5), (fresh_customer(), 5), reference=ONCE)])
    assert journal_named(ONCE) == Journal.objects.get(reference=ONCE).pk
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT n.id FROM unnest(%s::uuid[], %s::text[], %s::text[]) AS n (id, kind, reference) "
            + _looked_up(),
            [[uuid.uuid4()], ["top_up"], [ONCE]],
        )
        assert "journal_subject_once" in str(cursor.fetchall())


def _looked_up() -> str:
    """How `ledger_post` looks for references, as it stands there."""
    text = load(SQL, "ledger_post")
    return text[text.index("JOIN wallets_journal j") : text.index(");\n    IF known <>")]


def test_two_entries_of_a_journal_have_two_numbers() -> None:
    """No index says so: the trigger does, past every function."""
    (one, two), journal = ids(fresh_customer(), CASH), uuid.uuid4()
    begun = (
        "INSERT INTO wallets_journal (id, reference, kind, happened_at, created_at, salt, shard_key)"
        " VALUES (%s, 'test:' || gen_random_uuid(), 'test', now(), now(), '', %s)"
    )
    insert = (
        "INSERT INTO wallets_entry (journal_id, line, account_id, amount_minor, balance_after_minor,"
        " account_version) VALUES (%s, 1, %s, 1, 1, 1), (%s, 1, %s, -1, -1, 1)"
    )
    with assert_refused("QT014"), as_owner(connection), connection.cursor() as cursor:
        cursor.execute(begun, [journal, chart.PLATFORM])
        cursor.execute(insert, [journal, one, journal, two])


def test_an_unknown_account_is_refused() -> None:
    one, two = ids(fresh_customer(), CASH)
    nobody = uuid.uuid4()
    with assert_refused("QT001"):
        raw_post(uuid.uuid4(), [(one, 5), (two, -5), (nobody, 1), (nobody, -1)])
    with assert_refused("QT001"):
        raw_post(uuid.uuid4(), [(one, 5), (nobody, -5)])


def test_a_guarded_account_is_not_overdrawn() -> None:
    account = funded(1000)
    with pytest.raises(Refused, match="balance_too_low"):
        post_one(journal=draft((account, -1001), (CASH, 1001)))
    assert row(account).balance_minor == 1000


def test_the_guard_is_the_database_own(owner_sql: Callable[..., None]) -> None:
    """Past every function: nobody, not even the owner, may write a guarded account below zero."""
    account = funded(1000)
    with assert_refused("23514"):
        owner_sql("UPDATE wallets_account SET balance_minor = -1 WHERE code = %s", account.code)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE wallets_journal SET kind = 'other'",
        "DELETE FROM wallets_journal",
        "UPDATE wallets_entry SET amount_minor = amount_minor + 1",
        "DELETE FROM wallets_entry",
        "UPDATE wallets_account SET currency = 'USD'",
        "DELETE FROM wallets_account",
    ],
)
def test_even_the_owner_does_not_change_the_past(sql: str) -> None:
    funded()
    with assert_refused("QT020"), as_owner(connection), connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE wallets_account SET balance_minor = balance_minor + 1",
        "INSERT INTO wallets_journal (id, reference, kind, happened_at, salt, shard_key)"
        " VALUES (gen_random_uuid(), 'x', 'x', now(), '', gen_random_uuid())",
        "DELETE FROM wallets_entry",
        "TRUNCATE wallets_entry",
        "UPDATE wallets_hold SET state = 'released'",
        "SELECT * FROM wallets_entry_y2026m11",
        "UPDATE base_auditline SET action = 'x'",
        "DELETE FROM base_event",
        "ALTER TABLE wallets_entry DISABLE TRIGGER entry_balanced",
    ],
)
def test_the_application_has_no_such_right(sql: str) -> None:
    funded()
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("quittance_app",)
    if "_y2026m11" in sql:
        sql = sql.replace("_y2026m11", datetime.now(UTC).strftime("_y%Ym%m"))
    with assert_refused("42501"), connection.cursor() as cursor:
        cursor.execute(sql)


def test_the_application_is_a_member_of_nothing() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member"
            " WHERE r.rolname = 'quittance_app'"
        )
        assert cursor.fetchone() == (0,)


def test_amounts_are_bounded() -> None:
    big = 10**15 + 1
    with pytest.raises(Refused, match="amount_too_large"):
        draft((CASH, -big), (fresh_customer(), big))
    one, two = ids(fresh_customer(), CASH)
    with assert_refused("23514"):
        raw_post(uuid.uuid4(), [(one, 10**15 + 1), (two, -(10**15) - 1)])


def test_the_number_of_statements_does_not_grow(django_assert_num_queries: Callable[..., Any]) -> None:
    accounts = [funded() for _ in range(40)]
    for size in (2, 40):
        batch = [draft((account, -1), (CASH, 1)) for account in accounts[:size]]
        # open_account's look-up, savepoint, ledger_post, release
        with django_assert_num_queries(4):
            post(journals=batch)


def test_a_leg_of_zero_is_no_leg() -> None:
    account = fresh_customer()
    nothing = (Leg(account, 0), Leg(CASH, 0))
    with pytest.raises(Refused, match="amount_zero"):
        Draft(uuid.uuid4(), f"test:{uuid.uuid4()}", "test", NOW, chart.PLATFORM, nothing)
    with assert_refused("23514"):
        raw_post(uuid.uuid4(), [(ids(account)[0], 0), (ids(CASH)[0], 0)])
    built = legs((account, 5), (CASH, -5), (chart.fees(uuid.uuid4(), "EUR"), 0))
    assert built == (Leg(account, 5), Leg(CASH, -5))


def test_journals_without_entries_do_not_come_to_be() -> None:
    before = Journal.objects.count()
    with pytest.raises(Refused, match="journal_one_legged"):
        draft()
    assert Journal.objects.count() == before
