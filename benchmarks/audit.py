"""The audit of books with a million entries: every check, in one snapshot, in seconds."""

import time

from benchmarks._harness import Relation, alternate, begin, report
from benchmarks._peers import make_settle_peers, write_history
from benchmarks._world import make_world
from reports.flows.audit import CHECKS, audit

SECONDS = 30.0
options = begin(entries=1_000_000, payers=50_000, shops=200)
if options.quick:
    options.entries, options.payers, options.shops = 8_000, 500, 3
world = make_world(shops=options.shops, payers=options.payers)
make_settle_peers(world)
write_history(world, options.entries // 4)
world.tidy()
(entries,) = world.connection.execute("SELECT count(*) FROM wallets_entry").fetchone() or (0,)


def once() -> float:
    begun = time.perf_counter()
    findings = audit()
    assert not findings, findings[:5]
    return time.perf_counter() - begun


(ours,) = alternate(once, runs=options.runs, names=["seconds"])
report(
    "audit",
    Relation(ours, SECONDS, 1.0, "s", options.runs, at_most=True),
    rows=[("books", f"{entries:,} entries, {len(CHECKS)} checks")],
)
