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

from benchmarks._export_once import PERIOD
from benchmarks._export_rows import shop_with_rows
from benchmarks._harness import Relation, alternate, begin, report, superuser_url
from benchmarks._world import connect
from deploy.postgres import find_binaries
from reports.queries.rows import COPY, EXPONENTS, values_of

MEGABYTES = 80.0
options = begin(rows=5_000_000)
if options.quick:
    options.rows = 100_000
connection = connect()
shop = shop_with_rows(connection, options.rows)
folder = tempfile.TemporaryDirectory(dir=Path.cwd() / "var")
ours_file, psql_file = Path(folder.name) / "ours.csv", Path(folder.name) / "psql.csv"
found: list[dict[str, Any]] = []


def ours() -> float:
    """Rows a second of our writer."""
    once = [sys.executable, "-m", "benchmarks._export_once"]
    command = [*once, str(shop.merchant.pk), str(ours_file), "transactions_csv"]
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
