"""The product's settlement through Celery, against pgbench calling one set-wise function for the same rows.

Ours is a real worker (prefetch 1, acks late) that is rung once and settles lane by lane until nothing is due;
against is `benchmarks/peers/settle.sql`, 1,000 payments a call on one connection. Then two lanes against one.
The line gives the relation that is nearest to its goal; "parts" has both.
"""

from benchmarks._harness import Relation, alternate, begin, report, smaller
from benchmarks._peers import make_settle_peers, settle_peer
from benchmarks._settling import worker
from benchmarks._world import make_world

BATCH = 1000
options = begin(count=20_000, payers=200_000, shops=200)
if options.quick:
    options.count, options.payers, options.shops = BATCH, 500, 4
world = make_world(shops=options.shops, payers=options.payers)
make_settle_peers(world)


def one_lane() -> float:
    with worker(1, world) as settle_many:
        return settle_many(options.count)


def two_lanes() -> float:
    with worker(2, world) as settle_many:
        return settle_many(options.count)


def by_pgbench() -> float:
    world.plan(-world.made % BATCH)  # whole batches from here on
    low, high = world.promise(options.count)
    world.tidy()
    return settle_peer(low, high, world=world, batch=BATCH)


one, two, against = alternate(
    one_lane, two_lanes, by_pgbench, runs=options.runs, names=["one lane", "two lanes", "pgbench"]
)
unit = "payments/s"
parts = {
    "celery_to_set_wise_function": Relation(one, against, 0.9, unit, options.runs),
    "two_lanes_to_one": Relation(two, one, 1.3, unit, options.runs),
}
report(
    "settle",
    smaller(parts),
    rows=[
        ("load", f"{options.count:,} payments a run, {options.payers:,} payers, {options.shops} merchants")
    ],
)
