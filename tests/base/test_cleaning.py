"""Between transactional tests nothing is left, however guarded; and only the owner may go past a guard."""

import threading

import pytest
from django.db import ProgrammingError, connection, transaction

from base.models import Notice
from tests.cleaning import KEPT, delete_rows
from tests.factories import make_person, make_shop, make_static_code, pay, settle_all
from tests.races.threads import start, wait_for, waiting

pytestmark = pytest.mark.django_db(transaction=True)


def rows() -> dict[str, int]:
    """How many rows each table of the application has, where it has any."""
    found = {}
    with connection.cursor() as cursor:
        for table in set(connection.introspection.table_names(cursor)) - KEPT:
            cursor.execute(f"SELECT count(*) FROM {table}")
            if count := cursor.fetchone()[0]:
                found[table] = count
    return found


def test_no_row_is_left_not_even_of_the_ledger():
    pay(make_static_code(make_shop()), make_person(funds={"EUR": 5_000}), 500)
    settle_all()
    assert {"wallets_journal", "wallets_entry", "base_event", "people_user"} <= rows().keys()
    delete_rows()
    assert rows() == {}


def test_it_waits_for_who_is_still_writing():
    written = threading.Event()

    def write() -> None:
        with transaction.atomic():
            Notice.objects.create(to="a@example.org", subject="s", body="b")
            written.set()
            wait_for(lambda: waiting() == 1)

    wrote = start(write)
    assert written.wait(60)
    delete_rows()
    wrote()
    assert rows() == {}


def test_the_application_cannot_let_triggers_rest():
    with pytest.raises(ProgrammingError, match="permission denied"), connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
