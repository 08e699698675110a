"""Settlement as it is deployed, against two others that do the same payment.

hordak: django-hordak 2.0 in as many processes as we have lanes, with all that our settling leaves behind:
sale, number, receipt, event (`benchmarks/_hordak.py`); beside it, without a goal, its four legs and nothing
else. function: PL/pgSQL that writes all our rows one payment a call (`benchmarks/peers/settle_one.sql`), by
pgbench over eight connections.
"""

import subprocess
import sys
from functools import partial

import psycopg

from benchmarks._harness import ROOT, Relation, alternate, begin, report, smaller, superuser_url
from benchmarks._peers import make_settle_peers, settle_one_peer
from benchmarks._settling import worker
from benchmarks._world import make_world

LANES = 2
options = begin(count=20_000, ones=8_000, hordak=400, payers=20_000, shops=200)
if options.quick:
    options.count, options.ones, options.hordak, options.payers, options.shops = 500, 200, 10, 500, 4
world = make_world(shops=options.shops, payers=options.payers)
make_settle_peers(world)
hordak_url = superuser_url(database="bench_hordak")


def hordak(action: str) -> subprocess.Popen[str]:
    words = [
        sys.executable,
        "benchmarks/_hordak.py",
        hordak_url,
        action,
        str(options.payers),
        str(options.shops),
    ]
    return subprocess.Popen(words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def as_deployed() -> float:
    with worker(LANES, world) as settle_many:
        return settle_many(options.count)


def by_function() -> float:
    low, high = world.promise(options.ones)
    world.tidy()
    return settle_one_peer(low, high, world=world)


def by_hordak(what: str) -> float:
    """Payments a second of all processes together, each by its own clock."""
    for process in processes:
        print(what, options.hordak, file=process.stdin, flush=True)
    return sum(options.hordak / float(process.stdout.readline()) for process in processes if process.stdout)


with psycopg.connect(superuser_url(), autocommit=True) as connection:
    connection.execute("CREATE DATABASE bench_hordak")
assert hordak("migrate").wait() == 0
processes = [hordak("pay") for _ in range(LANES)]
try:
    by_hordak("payment")  # both are up and warm
    ours, function, peer, legs = alternate(
        as_deployed,
        by_function,
        partial(by_hordak, "payment"),
        partial(by_hordak, "legs"),
        runs=options.runs,
        names=["ours", "function", "hordak", "its legs"],
    )
finally:
    for process in processes:
        process.kill()
unit = "payments/s"
parts = {
    "django_hordak": Relation(ours, peer, 30.0, unit, options.runs),
    "function_a_payment": Relation(ours, function, 2.5, unit, options.runs),
}
rows = [
    ("lanes", f"{LANES}, {options.count:,} payments a run"),
    (
        "django-hordak",
        f"{peer:,.0f} payments/s; its four legs alone {legs:,.0f}, of which ours is {ours / legs:.1f} x",
    ),
]
report("settle_peers", smaller(parts), rows=rows)
