"""The payer's confirm over HTTP, against one pgbench call a payment that makes the same writes.

Ours is the page's POST with its cookie, CSRF token, PIN, idempotency key and limits, through the front that
`./run` starts; against is `benchmarks/peers/confirm.sql`. Both commit durably, from equally many clients.
"""

from benchmarks._harness import Relation, alternate, begin, report
from benchmarks._payers import open_sessions, requests, send, set_pins
from benchmarks._peers import confirm_peer, make_confirm_peer
from benchmarks._services import web
from benchmarks._world import make_world

options = begin(count=1500, clients=8, payers=5000, shops=100)
if options.quick:
    options.count, options.payers, options.shops = 43, 100, 3
options.count -= options.count % options.clients
world = make_world(shops=options.shops, payers=options.payers)
set_pins(world)
make_confirm_peer(world)

with web() as port:

    def over_http() -> float:
        wanted = requests(world, *open_sessions(world, options.count))
        world.tidy()
        return send(port, wanted, clients=options.clients)

    def by_pgbench() -> float:
        low, high = open_sessions(world, options.count)
        world.tidy()
        return confirm_peer(low, high, world=world, clients=options.clients)

    over_http()
    ours, against = alternate(over_http, by_pgbench, runs=options.runs, names=["HTTP", "pgbench"])
report(
    "confirm",
    Relation(ours, against, 0.3, "payments/s", options.runs),
    rows=[("clients", f"{options.clients}, {options.count} payments a run")],
)
