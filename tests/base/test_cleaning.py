"""Between transactional tests nothing is left, however guarded; and only the owner may go past a guard."""

import threading

import pytest
from django.db import ProgrammingError, connection, transaction

from base.models import Notice
from tests import cleaning
from tests.cleaning import KEPT, Kept, delete_rows, has_rows
from tests.factories import make_person, make_shop, make_static_code, pay, settle_all
from tests.races.threads import assert_clean, start, wait_for, waiting

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


def everything() -> dict[str, list[str]]:
    """Each row as text, by table."""
    found = {}
    with connection.cursor() as cursor:
        for table in rows():
            cursor.execute(f"SELECT t::text FROM {table} t ORDER BY 1")
            found[table] = [row for (row,) in cursor.fetchall()]
    return found


@pytest.mark.parametrize("own_server", [True, False])
def test_no_row_is_left_not_even_of_the_ledger(own_server: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not own_server:
        monkeypatch.setattr(cleaning, "may_rest_triggers", lambda: False)
    pay(make_static_code(make_shop()), make_person(funds={"EUR": 5_000}), 500)
    settle_all()
    assert {"wallets_journal", "wallets_entry", "base_event", "people_user"} <= rows().keys()
    assert has_rows()
    delete_rows()
    assert rows() == {}
    assert not has_rows()


def test_what_is_kept_comes_back_row_for_row_and_only_into_an_empty_database() -> None:
    if not cleaning.may_rest_triggers():
        pytest.skip("on a server that was given all is made anew")
    made: list[int] = []

    def make() -> list[int]:
        pay(make_static_code(make_shop()), make_person(funds={"EUR": 5_000}), 500)
        made.append(settle_all())
        return [1]

    kept, late = Kept(make), Kept(make)
    kept().append(2)
    wanted = everything()
    delete_rows()
    assert kept() == [1]
    assert everything() == wanted and len(made) == 1
    late()
    kept()
    assert len(made) == 3, "beside other rows both are made anew"
    assert_clean()
    delete_rows()
    late()
    assert len(made) == 4 and rows().keys() == wanted.keys()


def test_it_waits_for_who_is_still_writing() -> None:
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


def test_the_application_cannot_let_triggers_rest() -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
