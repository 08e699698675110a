"""Copies have every row that a confirm writes: with one less the figures would flatter."""

import re

import pytest
from django.db import connection

from benchmarks._clone import PROMISED
from benchmarks._peers import FOLDER, PARTS
from tests.factories import make_person, make_shop, make_static_code, pay, settle_all

SPENT = "wallets_spending"  # not a copy: many payments of a day are one row
_WRITTEN = """
SELECT coalesce(i.inhparent::regclass, s.relid::regclass)::text, sum(s.n_tup_ins)
FROM pg_stat_user_tables s LEFT JOIN pg_inherits i ON i.inhrelid = s.relid GROUP BY 1
"""


def written() -> dict[str, int]:
    """Rows inserted so far, by table; partitions count for their parent."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(_WRITTEN)
        return dict(cursor.fetchall())


@pytest.mark.django_db(transaction=True)
def test_the_copy_has_every_row_that_a_confirm_writes() -> None:
    code = make_static_code(make_shop())
    first, second = make_person(funds={"EUR": 5000}), make_person(funds={"EUR": 5000})
    pay(code, first, 1190)  # opens the shop's accounts
    before = written()
    pay(code, second, 1190)
    after = written()
    assert {table for table, rows in after.items() if rows > before.get(table, 0)} == {*PROMISED, SPENT}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("peer", ["settle", "settle_one"])
def test_the_peers_of_settle_write_the_same_tables(peer: str) -> None:
    code, payer = make_static_code(make_shop()), make_person(funds={"EUR": 5000})
    pay(code, payer, 1190)
    before = written()
    assert settle_all() == 1
    after = written()
    theirs = set(re.findall(r"INSERT INTO (\w+)", (FOLDER / f"{peer}.sql").read_text()))
    assert {table for table, rows in after.items() if rows > before.get(table, 0)} == theirs


def test_the_peer_of_confirm_writes_the_same_tables() -> None:
    text = (FOLDER / "confirm.sql").read_text()
    assert {*PARTS.values(), "payments_session"} == set(PROMISED)
    assert all(f"{{{part}}}" in text for part in PARTS)
    assert f"INSERT INTO {SPENT}" in text
    assert "UPDATE payments_session" in text, "the scan has made its row; a confirm changes it"
