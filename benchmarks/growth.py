"""Settling with two million payments in the tables, against two hundred thousand: does it slow down?

Two databases on one server: the second is a copy of the first that has grown ten times.
"""

from collections.abc import Callable
from contextlib import ExitStack

from django.db import connection

from benchmarks._harness import Relation, alternate, begin, report, role_url
from benchmarks._peers import make_settle_peers, write_history
from benchmarks._settling import worker
from benchmarks._world import connect, make_world
from deploy.roles import APP, DATABASE

LARGE = "bench_large"
options = begin(count=10_000, small=200_000, large=2_000_000, payers=50_000, shops=200)
if options.quick:
    options.count, options.small, options.large, options.payers, options.shops = 500, 1000, 3000, 300, 3
small = make_world(shops=options.shops, payers=options.payers)
make_settle_peers(small)
write_history(small, options.small)

small.connection.close()
connection.close()
with connect(database="postgres") as outside:
    outside.execute(f"CREATE DATABASE {LARGE} TEMPLATE {DATABASE}")
small.connection = connect()
large = small.over(connect(database=LARGE))
write_history(large, options.large - options.small)


def settled(settle_many: Callable[[int], float]) -> Callable[[], float]:
    return lambda: settle_many(options.count)


with ExitStack() as stack:
    few = stack.enter_context(worker(1, small))
    url = role_url(APP, database=LARGE)
    many = stack.enter_context(worker(1, large, queue="large", env={"DATABASE_URL": url}))
    ours, against = alternate(
        settled(many), settled(few), runs=options.runs, names=[f"{options.large:,}", f"{options.small:,}"]
    )
(size,) = large.connection.execute("SELECT pg_size_pretty(pg_database_size(%s))", [LARGE]).fetchone() or ("",)
report(
    "growth",
    Relation(ours, against, 0.9, "payments/s", options.runs),
    rows=[("large database", size)],
)
