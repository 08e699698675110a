"""From promised to settled at 500 payments a second, with the workers, the beat and the loop of `./run`.

A paced loader writes promised payments as confirm leaves them, and rings as confirm rings. A payment is
settled when another connection sees it so: it is looked every 50 ms, which is part of the figure.
"""

import statistics
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack

from django.conf import settings

from base.flows.ring import ring
from benchmarks._harness import Relation, alternate, begin, report
from benchmarks._services import running
from benchmarks._world import connect, make_world

TICK = 0.1
LOOK = 0.05
SECONDS = 5.0
PATIENCE = 120.0
options = begin(rate=500, seconds=60, payers=200_000, shops=200)
if options.quick:
    options.rate, options.seconds, options.payers, options.shops = 50, 2, 500, 4
world = make_world(shops=options.shops, payers=options.payers)
world.tidy()
offered: list[float] = []


def load() -> None:
    """Write and ring on time; a tick that is late is made up for."""
    begun, done, whole = time.perf_counter(), 0, options.rate * options.seconds
    while done < whole:
        if (wanted := min(whole, int((time.perf_counter() - begun) * options.rate))) > done:
            world.promise(wanted - done)
            done = wanted
            for lane in range(settings.SETTLE_LANES):
                ring(task="payments.tasks.settle_due", args=(str(lane),))
        time.sleep(TICK)
    offered.append(done / (time.perf_counter() - begun))


def ages(is_loading: Callable[[], bool]) -> list[float]:
    """Seconds of each payment from its promise to the look that no longer finds it due."""
    found: list[float] = []
    waiting: dict[object, float] = {}
    deadline = time.monotonic() + PATIENCE + options.seconds
    with connect() as eyes:
        while is_loading() or waiting:
            assert time.monotonic() < deadline, f"{len(waiting)} payments are not settled"
            now = eyes.execute(
                """SELECT extract(epoch FROM clock_timestamp())::float, d.payment_id,
                    extract(epoch FROM p.created_at)::float
                FROM (VALUES (1)) one LEFT JOIN payments_due d ON true LEFT JOIN payments_payment p
                ON p.id = d.payment_id"""
            ).fetchall()
            clock = now[0][0]
            due = {payment: born for _, payment, born in now if payment is not None}
            found += [clock - born for payment, born in waiting.items() if payment not in due]
            waiting = due
            time.sleep(LOOK)
    return found


def p99() -> float:
    loader = threading.Thread(target=load)
    loader.start()
    found = ages(loader.is_alive)
    loader.join()
    cuts = statistics.quantiles(found, n=100)
    print(
        f"offered {offered[-1]:,.0f}/s, settled {len(found):,}: p50 {cuts[49]:.2f} s, p95 {cuts[94]:.2f} s,"
        f" p99 {cuts[98]:.2f} s, most {max(found):.2f} s",
        flush=True,
    )
    return cuts[98]


with ExitStack() as stack:
    for name in ("worker", "beat", "settle"):
        stack.enter_context(running(name))
    deadline = time.monotonic() + 60
    while world.connection.execute("SELECT 1 FROM payments_due LIMIT 1").fetchone():
        assert time.monotonic() < deadline, "nobody settles"
        time.sleep(0.1)
    (ours,) = alternate(p99, runs=options.runs, names=["p99 in seconds"])
rate = min(offered)
report(
    "settle_age",
    Relation(ours, SECONDS, 1.0, "s", options.runs, at_most=True, parts={"offered_per_second": round(rate)}),
    rows=[("offered", f"{rate:,.0f} payments/s of {options.rate} wanted, {options.seconds} s a run")],
)
