"""The other side: the same rows written by functions of PL/pgSQL that pgbench calls (benchmarks/peers).

They have the product's rows, constraints, triggers and durability, and nothing in front of the database.
"""

from pathlib import Path

from benchmarks._clone import copy_sql
from benchmarks._services import pgbench
from benchmarks._world import AMOUNT, World

FOLDER = Path(__file__).with_name("peers")
PARTS = {
    "copy_key": "base_idempotencykey",
    "copy_hold": "wallets_hold",
    "copy_payment": "payments_payment",
    "copy_due": "payments_due",
    "copy_line": "payments_saleline",
    "copy_event": "base_event",
}


def make_confirm_peer(world: World) -> None:
    text = (FOLDER / "confirm.sql").read_text().replace("{amount}", str(AMOUNT))
    for name, table in PARTS.items():
        text = text.replace(f"{{{name}}}", copy_sql(world.connection, table, where="b.n = turn"))
    world.connection.execute("CREATE SEQUENCE IF NOT EXISTS bench_turn")
    world.connection.execute(text)


def confirm_peer(low: int, high: int, *, world: World, clients: int) -> float:
    """Payments a second, for open sessions low < n <= high of `bench_todo`."""
    _turn(world, low)
    return pgbench("SELECT bench_confirm();\n", clients=clients, calls=high - low, role="postgres")


def make_settle_peers(world: World) -> None:
    """`bench_settle(batch)` and `bench_settle_one()`."""
    world.connection.execute("CREATE SEQUENCE IF NOT EXISTS bench_turn")
    for name in ("settle", "settle_one"):
        world.connection.execute((FOLDER / f"{name}.sql").read_text())


def settle_peer(low: int, high: int, *, world: World, batch: int = 1000, clients: int = 1) -> float:
    """Payments a second of the set-wise function, for the promised rows low < n <= high."""
    assert low % batch == 0 and (high - low) % batch == 0, (low, high, batch)
    _turn(world, low // batch)
    calls = (high - low) // batch
    return batch * pgbench(f"SELECT bench_settle({batch});\n", clients=clients, calls=calls, role="postgres")


def settle_one_peer(low: int, high: int, *, world: World, clients: int = 8) -> float:
    """Payments a second of the function that takes one a call."""
    _turn(world, low)
    return pgbench("SELECT bench_settle_one();\n", clients=clients, calls=high - low, role="postgres")


def _turn(world: World, done: int) -> None:
    """The next call takes turn `done + 1`."""
    world.connection.execute("SELECT setval('bench_turn', %s, false)", [done + 1])


def write_history(world: World, count: int, *, lot: int = 20_000) -> None:
    """Settled payments of the past, by the set-wise function; no trigger and no disk is waited for."""
    batch = min(5_000, lot, count)
    world.plan(-world.made % batch)  # whole batches from here on
    while count >= batch:
        take = min(lot, count) // batch * batch
        low, _ = world.promise(take)
        _turn(world, low // batch)
        for _ in range(take // batch):
            world.connection.execute("SELECT bench_settle(%s::integer)", [batch])
        count -= take
