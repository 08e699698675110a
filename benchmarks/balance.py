"""Reading one person's balance where the account has five million entries, against one with five hundred.

Balances are kept, not summed, so the time must not grow with the history.
"""

import secrets
import time
from uuid import UUID

from base.ids import new_id
from benchmarks._harness import Relation, alternate, begin, report
from benchmarks._world import connect
from tests.factories import make_person
from wallets.core import chart
from wallets.flows.open_account import open_account, open_wallet
from wallets.queries import balances_of

LINES = 1000  # entries of one journal, and one more for the other side
options = begin(entries=5_000_000, few=500, reads=3000)
if options.quick:
    options.entries, options.reads = 20_000, 50
connection = connect()
cash_name = chart.cash("EUR", "sandbox")
cash = open_account(names=[cash_name])[cash_name]


def person_with(entries: int) -> UUID:
    """A person whose euro account has so many entries of one cent, in balanced journals."""
    person = make_person(pin=None)
    wallet = open_wallet(person_id=person.pk)
    name = chart.customer(wallet.pk, "EUR")
    account = open_account(names=[name])[name]
    for low in range(0, entries, LINES):
        count, journal = min(LINES, entries - low), new_id()
        with connection.transaction():
            connection.execute(
                """INSERT INTO wallets_journal (id, reference, kind, happened_at, salt, shard_key)
                VALUES (%s, %s, 'opening', now(), %s, %s)""",
                [journal, f"opening:{journal}", secrets.token_bytes(16), wallet.pk],
            )
            connection.execute(
                """INSERT INTO wallets_entry (journal_id, line, created_at, account_id, amount_minor,
                    balance_after_minor, account_version)
                SELECT %s, n, now(), %s, 1, %s::bigint + n, %s::bigint + n
                FROM generate_series(1, %s::int) n
                UNION ALL
                SELECT %s, %s, now(), a.id, -%s::bigint, a.balance_minor - %s::bigint, a.version + 1
                FROM wallets_account a WHERE a.id = %s""",
                [journal, account, low, low, count, journal, count + 1, count, count, cash],
            )
            connection.execute(
                """UPDATE wallets_account SET balance_minor = balance_minor - %s, version = version + 1
                WHERE id = %s""",
                [count, cash],
            )
    connection.execute(
        "UPDATE wallets_account SET balance_minor = %s, version = %s WHERE id = %s",
        [entries, entries, account],
    )
    return person.pk


def read(person: UUID) -> float:
    """Milliseconds of one read."""
    begun = time.perf_counter()
    for _ in range(options.reads):
        (balance,) = balances_of(person)
    took = time.perf_counter() - begun
    assert balance.balance_minor in {options.entries, options.few}
    return took / options.reads * 1000


few, many = person_with(options.few), person_with(options.entries)
connection.execute("VACUUM ANALYZE")
connection.execute("CHECKPOINT")
read(many)
ours, against = alternate(
    lambda: read(many), lambda: read(few), runs=options.runs, names=[f"{options.entries:,} entries", "few"]
)
report("balance", Relation(ours, against, 1.5, "ms", options.runs, at_most=True))
