"""The transactions CSV through our writer, against COPY of the same query by psql into a file.

Both write the rows to the same disk and wait for it; ours also counts them, ends its lines as RFC 4180 asks,
and hashes rows and file. What ours does before (sums, compared with the ledger) is told beside it.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from psycopg import ClientCursor

from benchmarks._clone import NEW_ID, copy, keep_rows, keep_template
from benchmarks._export_once import PERIOD
from benchmarks._harness import Relation, alternate, begin, report, superuser_url
from benchmarks._world import connect
from deploy.postgres import find_binaries
from payments.models import Payment
from reports.queries.rows import COPY, EXPONENTS, values_of
from tests.factories import make_one_time_code, make_person, make_shop, pay, settle_all

MEGABYTES = 80.0
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
options = begin(rows=5_000_000)
if options.quick:
    options.rows = 100_000
connection = connect()
connection.execute(NEW_ID)
shop = make_shop()
lines = [
    {"description": f"Dish {n}, of the day", "category": ("standard", "reduced")[n % 2], "amount_minor": 1190}
    for n in range(LINES)
]
code = make_one_time_code(shop, lines=lines, reference="Table 4")
pay(code, make_person(funds={"EUR": 100_000}), tip_minor=100, happened_at=PERIOD.starts_at)
settle_all()
sale = Payment.objects.get(code=code)
assert sale.journal is not None
keep_template(connection, 0, {"payment": sale.pk, "session": sale.session_id, "journal": sale.journal})
keep_rows(connection, SETTLED)
sales = options.rows // (LINES + 2) - 1
for low in range(0, sales, LOT):
    high = min(low + LOT, sales)
    connection.execute(
        """INSERT INTO bench_todo SELECT n, 0, %s + n, bench_id(%s + n), bench_id(%s + n), bench_id(%s + n)
        FROM generate_series(%s::bigint, %s::bigint) n""",
        [*[time.time_ns() // 1_000_000] * 4, low + 1, high],
    )
    copy(connection, list(SETTLED), low=low, high=high, changed=CHANGED)
connection.execute("VACUUM ANALYZE")
connection.execute("CHECKPOINT")
folder = tempfile.TemporaryDirectory(dir=Path.cwd() / "var")
ours_file, psql_file = Path(folder.name) / "ours.csv", Path(folder.name) / "psql.csv"
found: list[dict[str, Any]] = []


def ours() -> float:
    """Rows a second of our writer."""
    command = [sys.executable, "-m", "benchmarks._export_once", str(shop.merchant.pk), str(ours_file)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    found.append(json.loads(done.stdout))
    return found[-1]["rows"] / found[-1]["seconds"]


def psql() -> float:
    """Rows a second of the same query."""
    values = values_of(shop.merchant.pk, PERIOD) | {"exponents": EXPONENTS}
    text = ClientCursor(connection).mogrify(COPY, values)
    began = time.perf_counter()
    with psql_file.open("wb") as file:
        command = [str(find_binaries() / "psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", superuser_url()]
        subprocess.run(command, input=text.encode() + b";", check=True, stdout=file)
    subprocess.run(["sync", str(psql_file)], check=True)
    return options.rows / (time.perf_counter() - began)


try:
    rate, against = alternate(ours, psql, runs=options.runs, names=["ours rows/s", "psql rows/s"])
    assert ours_file.read_bytes().partition(b"\r\n")[2].replace(b"\r\n", b"\n") == psql_file.read_bytes()
finally:
    folder.cleanup()
most = max(each["peak_mb"] for each in found)
report(
    "export",
    Relation(
        rate,
        against,
        0.85,
        "rows/s",
        options.runs,
        parts={
            "peak_mb": round(most, 1),
            "idle_mb": round(found[-1]["idle_mb"], 1),
            "peak_mb_goal": MEGABYTES,
        },
    ),
    rows=[
        ("rows", f"{found[-1]['rows']:,.0f}, {found[-1]['size'] / 1e6:,.0f} MB"),
        (
            "peak memory",
            f"{most:.1f} MB of {MEGABYTES:g} MB asked, {found[-1]['idle_mb']:.1f} MB before the first row",
        ),
        ("footing before", f"{found[-1]['footing']:.1f} s"),
    ],
)
