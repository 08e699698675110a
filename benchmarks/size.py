"""Bytes that a settled payment with four entries takes on disk, indexes included.

Ours is what the ledger's own tables (journal, entry, hold) grew by, a payment. The whole product's growth is
told by table in "parts". Payments come in lots with a vacuum between, as autovacuum would.
"""

from typing import Any

from benchmarks._harness import Relation, alternate, begin, report
from benchmarks._settling import settle_here
from benchmarks._world import make_world

LEDGER = ("wallets_journal", "wallets_entry", "wallets_hold")
Sizes = dict[str, tuple[int, dict[str, int]]]
options = begin(count=10_000, payers=20_000, shops=100)
if options.quick:
    options.count, options.payers, options.shops = 500, 200, 3
world = make_world(shops=options.shops, payers=options.payers)


def sizes() -> Sizes:
    """Bytes by table: rows (with what is stored apart), and each index; partitions count for their parent."""
    rows: list[Any] = world.connection.execute(
        """SELECT coalesce(p.inhparent::regclass, c.oid::regclass)::text, pg_table_size(c.oid),
            coalesce((SELECT jsonb_agg(jsonb_build_array(i.relname, pg_relation_size(i.oid)))
                      FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid WHERE x.indrelid = c.oid), '[]')
        FROM pg_class c LEFT JOIN pg_inherits p ON p.inhrelid = c.oid
        WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND c.relname NOT LIKE 'bench%'"""
    ).fetchall()
    found: Sizes = {}
    for table, heap, indexes in rows:
        before, known = found.get(table, (0, {}))
        found[table] = (before + heap, {**known, **dict(indexes)})
    return found


def total(of: Sizes, tables: tuple[str, ...]) -> int:
    return sum(heap + sum(indexes.values()) for heap, indexes in (of[table] for table in tables))


def lot() -> float:
    """Settle one lot; bytes a payment that the ledger grew by."""
    before = total(sizes(), LEDGER)
    world.promise(options.count)
    settle_here()
    world.connection.execute("VACUUM ANALYZE")
    return (total(sizes(), LEDGER) - before) / options.count


lot()
start = sizes()
(middle,) = alternate(lot, runs=options.runs, names=["ledger, bytes a payment"])
end, made = sizes(), options.count * options.runs
ours = (total(end, LEDGER) - total(start, LEDGER)) / made
by_table: dict[str, dict[str, float]] = {}
for table, (heap, indexes) in end.items():
    was_heap, were = start[table]
    grown = {"rows": heap - was_heap, **{name: size - were.get(name, 0) for name, size in indexes.items()}}
    if sum(grown.values()) > made:
        by_table[table] = {name: round(size / made, 1) for name, size in grown.items() if size}
product = round(sum(sum(each.values()) for each in by_table.values()), 1)
rows = [
    (table, f"{sum(each.values()):8,.1f} B = " + ", ".join(f"{name} {size:g}" for name, size in each.items()))
    for table, each in sorted(by_table.items(), key=lambda item: -sum(item[1].values()))
]
parts = {"ledger_bytes": round(ours, 1), "product_bytes": product, "tables": by_table}
limit = Relation(ours, 1200, 1.0, "bytes/payment", options.runs, at_most=True, parts=parts)
report("size", limit, rows=[*rows, ("whole product", f"{product:8,.1f} B a payment")])
