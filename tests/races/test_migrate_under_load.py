"""A migration while somebody pays: it gives up soon, whole, and never lets payments queue behind it."""

import subprocess
import sys

import pytest
from django.db import connection, transaction

from base.owner import as_owner
from tests.races.test_kill_process import environment

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
    assert applied() == before


def test_there_and_back_again() -> None:
    before = applied()
    assert migrate(*BEFORE_LAST).returncode == 0
    assert applied() == before[:2]
    with as_owner(connection), connection.cursor() as cursor:
        cursor.execute("SELECT reloptions FROM pg_class WHERE relname = 'payments_payment'")
        assert cursor.fetchone() == (None,)
    assert migrate("payments").returncode == 0
    assert applied() == before
