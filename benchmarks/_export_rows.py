"""A shop with one month of many rows: one sale by the product's own code, copied set-wise.

A sale is ten rows: eight lines at two rates, a tip and a fee.
"""

import time
from typing import Any

import psycopg

from benchmarks._clone import NEW_ID, copy, keep_rows, keep_template
from benchmarks._export_once import PERIOD
from payments.models import Payment
from tests.factories import Shop, make_one_time_code, make_person, make_shop, pay, settle_all

LINES = 8  # and a tip and a fee: ten rows a sale
SETTLED = {
    "payments_session": "t.id = s.session",
    "payments_payment": "t.id = s.payment",
    "payments_saleline": "t.payment_id = s.payment",
    "payments_receipt": "t.journal = s.journal",
    "wallets_journal": "t.id = s.journal",
    "wallets_entry": "t.journal_id = s.journal",
}
CHANGED = {
    "happened_at": "timestamptz '2026-11-02 00:00Z' + b.n * interval '2 seconds'",
    "one_time_code_id": "NULL",
    "number": "b.n + 1",
}
LOT = 100_000


def shop_with_rows(connection: psycopg.Connection[Any], rows: int) -> Shop:
    """The shop, after its `rows` rows are made and the tables are looked through."""
    connection.execute(NEW_ID)
    shop = make_shop()
    categories = ("standard", "reduced")
    lines = [
        {"description": f"Dish {n}, of the day", "category": categories[n % 2], "amount_minor": 1190}
        for n in range(LINES)
    ]
    code = make_one_time_code(shop, lines=lines, reference="Table 4")
    pay(code, make_person(funds={"EUR": 100_000}), tip_minor=100, happened_at=PERIOD.starts_at)
    settle_all()
    sale = Payment.objects.get(code=code)
    assert sale.journal is not None
    keep_template(connection, 0, {"payment": sale.pk, "session": sale.session_id, "journal": sale.journal})
    keep_rows(connection, SETTLED)
    sales = rows // (LINES + 2) - 1
    for low in range(0, sales, LOT):
        high = min(low + LOT, sales)
        connection.execute(
            """INSERT INTO bench_todo
            SELECT n, 0, %s + n, bench_id(%s + n), bench_id(%s + n), bench_id(%s + n)
            FROM generate_series(%s::bigint, %s::bigint) n""",
            [*[time.time_ns() // 1_000_000] * 4, low + 1, high],
        )
        copy(connection, list(SETTLED), low=low, high=high, changed=CHANGED)
    connection.execute("VACUUM ANALYZE")
    connection.execute("CHECKPOINT")
    return shop
