"""A migration while somebody pays: it gives up soon, whole, and never lets payments queue behind it."""

import subprocess
import sys

import pytest
from django.db import connection, transaction

from base.owner import as_owner
from tests.factories import make_person, make_shop, make_static_code, pay, settle_all
from tests.races.test_kill_process import environment
from tests.races.threads import assert_clean

pytestmark = pytest.mark.django_db(transaction=True)
BEFORE_LAST = ["payments", "0002_settle_by_lanes"]


def applied() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM django_migrations WHERE app = 'payments' ORDER BY name")
        return [name for (name,) in cursor.fetchall()]


def migrate(*to: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "manage.py", "migrate", "--no-input", *to]
    # As the owner, which the tests' connection is underneath.
    here = environment()
    given = {**here, "DATABASE_OWNER_URL": here["DATABASE_URL"], "QUITTANCE_TEST_ROLE": ""}
    return subprocess.run(command, env=given, capture_output=True, text=True, timeout=60)


def test_a_migration_that_cannot_have_its_lock_gives_up_and_changes_nothing() -> None:
    before = applied()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE payments_payment IN ACCESS SHARE MODE")
        found = migrate(*BEFORE_LAST)
    assert found.returncode != 0
    assert "lock timeout" in found.stderr
    # Those before it need no lock on the table; the one that does, and all behind it, are as they were.
    assert "0003_settle_in_place" in applied()
    assert migrate().returncode == 0
    assert applied() == before


def test_there_and_back_again() -> None:
    before = applied()
    assert migrate(*BEFORE_LAST).returncode == 0
    assert applied() == [name for name in before if name <= BEFORE_LAST[1]]
    with as_owner(connection), connection.cursor() as cursor:
        cursor.execute("SELECT reloptions FROM pg_class WHERE relname = 'payments_payment'")
        assert cursor.fetchone() == (None,)
    assert migrate().returncode == 0
    assert applied() == before


def test_the_ledger_gets_back_the_columns_that_it_lost_and_loses_them_again() -> None:
    code, ann = make_static_code(make_shop()), make_person(funds={"EUR": 5_000})
    pay(code, ann, 1190)
    assert settle_all() == 1
    pay(code, ann, 1190)
    assert migrate("wallets", "0006_one_index_a_reference").returncode == 0
    with as_owner(connection), connection.cursor() as cursor:
        cursor.execute(
            """SELECT h.state FROM payments_payment p
            JOIN wallets_hold h ON h.id = p.hold AND h.reference = 'payment:' || p.id AND h.payment = p.id
            JOIN wallets_account a ON a.id = h.account_id AND a.shard_key = h.shard_key
            ORDER BY h.state"""
        )
        assert cursor.fetchall() == [("captured",), ("held",)]
        cursor.execute(
            "SELECT prosrc LIKE '%hold_reference%' FROM pg_proc WHERE proname = 'ledger_place_hold'"
        )
        assert cursor.fetchone() == (True,)
    assert migrate().returncode == 0
    with connection.cursor() as cursor:
        # Complete: each month that was there has got its part.
        cursor.execute("SELECT indisvalid FROM pg_index WHERE indexrelid = 'entry_journal'::regclass")
        assert cursor.fetchone() == (True,)
    assert settle_all() == 1
    assert_clean()
