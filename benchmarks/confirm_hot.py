"""Confirms that all go to one merchant, against the same spread over 200: no row of a merchant may be hot."""

from functools import partial

from benchmarks._harness import Relation, alternate, begin, report
from benchmarks._payers import open_sessions, requests, send, set_pins
from benchmarks._services import web
from benchmarks._world import make_world

options = begin(count=1500, clients=8, payers=5000, shops=200)
if options.quick:
    options.count, options.payers, options.shops = 40, 100, 4
world = make_world(shops=options.shops, payers=options.payers)
set_pins(world)

with web() as port:

    def confirms(shops: int) -> float:
        wanted = requests(world, *open_sessions(world, options.count, shops=shops))
        world.tidy()
        return send(port, wanted, clients=options.clients)

    confirms(options.shops)
    ours, against = alternate(
        partial(confirms, 1),
        partial(confirms, options.shops),
        runs=options.runs,
        names=["one merchant", f"{options.shops} merchants"],
    )
report("confirm_hot", Relation(ours, against, 0.95, "payments/s", options.runs))
