"""No index is a write that another one makes needless."""

from itertools import permutations

import pytest
from django.db import connection

pytestmark = pytest.mark.django_db

# Tables that a payment writes to. Elsewhere Django's index over each foreign key costs nothing worth a line.
HOT = (
    "payments_session", "payments_payment", "payments_saleline", "payments_due", "payments_receipt",
    "wallets_hold", "wallets_journal", "wallets_account", "wallets_spending",
    "base_idempotencykey", "people_pin",
)  # fmt: skip


def columns_of_indexes(table: str) -> list[tuple[str, str, bool]]:
    """Name, columns with their order, and whether it guards anything; partial ones and expressions aside."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT c.relname, i.indkey::text, i.indisunique FROM pg_index i
            JOIN pg_class c ON c.oid = i.indexrelid
            WHERE i.indrelid = %s::regclass AND i.indpred IS NULL AND i.indexprs IS NULL""",
            [table],
        )
        return cursor.fetchall()


@pytest.mark.parametrize("table", HOT)
def test_no_index_begins_another(table: str) -> None:
    found = columns_of_indexes(table)
    assert found
    needless = [
        f"{name} begins {other}"
        for (name, short, guards), (other, long, _) in permutations(found, 2)
        if not guards and f"{long} ".startswith(f"{short} ")
    ]
    assert not needless
