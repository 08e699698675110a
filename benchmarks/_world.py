"""A world to measure in: shops by the product's own code, then payers and payments by the hundred thousand.

A payment is the counter's plainest: 11.90 EUR typed at a printed code, 19 % VAT in it, no tip, so its
journal has four entries. Every payer begins with the same balance, booked as one journal a lot.
"""

import secrets
import time
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

import psycopg

from base.ids import new_id
from benchmarks._clone import NEW_ID, PAYER, PROMISED, copy, keep_rows, keep_template
from benchmarks._harness import superuser_url
from merchants.models import QrCode
from payments.models import Due, Payment
from people.models import User
from tests.factories import PIN, Shop, make_person, make_shop, make_static_code, pay, settle_all
from wallets.core import chart
from wallets.flows.open_account import open_account, open_wallet
from wallets.models import Account, Wallet

AMOUNT = 1190
FUNDS = 10_000_00
PAYER_TEMPLATE = 1_000_000_000  # far above the shops' numbers
LOT = 30_000  # a journal's lines are numbered in 16 bits


def connect(*, database: str = "") -> psycopg.Connection[Any]:
    """The bench's database as superuser: no trigger fires, nothing waits for the disk."""
    connection = psycopg.connect(superuser_url(database=database), autocommit=True)
    connection.execute("SET session_replication_role = replica")
    connection.execute("SET synchronous_commit = off")
    connection.execute("SET work_mem = '256MB'")
    return connection


@dataclass
class World:
    """Shops with their codes, payers by number, and how many payments were made of the templates."""

    shops: list[Shop]
    codes: list[QrCode]
    payers: int
    connection: psycopg.Connection[Any]
    made: int = 0
    # Ids come in order, one a millisecond, behind all that are there: what an index gets in real life.
    begun_ms: int = field(default_factory=lambda: time.time_ns() // 1_000_000 + 600_000)
    promised: list[Payment] = field(default_factory=list)

    def promise(self, count: int, *, shops: int | None = None) -> tuple[int, int]:
        """Promised payments, as confirm leaves them; spread over payers and the first `shops` shops.

        Returns the numbers (low, high] of their rows in `bench_todo`.
        """
        low, high = self.plan(count, shops=shops)
        with self.connection.transaction():
            hold_money(self.connection, low, high)
            copy(self.connection, list(PROMISED), low=low, high=high)
        return low, high

    def plan(self, count: int, *, shops: int | None = None) -> tuple[int, int]:
        """Only the ids of payments to come."""
        low, self.made = self.made, self.made + count
        self.connection.execute(
            """INSERT INTO bench_todo
            SELECT n, n %% %s, %s + n, bench_id(%s + n), bench_id(%s + n), bench_id(%s + n),
                p.person, p.wallet, p.account
            FROM generate_series(%s::bigint, %s::bigint) n
            JOIN bench_payer p ON p.number = (n * 2654435761) %% %s ORDER BY n""",
            [shops or len(self.shops), *[self.begun_ms] * 4, low + 1, self.made, self.payers],
        )
        self.connection.execute("ANALYZE bench_todo")
        return low, self.made

    def over(self, connection: psycopg.Connection[Any]) -> "World":
        """The same world in a copy of its database."""
        return replace(self, connection=connection)

    def tidy(self) -> None:
        """Statistics as autovacuum would have them by now, and no checkpoint in the middle of a run."""
        self.connection.execute("VACUUM ANALYZE")
        self.connection.execute("CHECKPOINT")


def make_world(*, shops: int, payers: int) -> World:
    """Shops, one settled and one promised payment in each as templates, and payers with money."""
    connection = connect()
    connection.execute(NEW_ID)
    made = [make_shop(trade_name=f"Shop {number}") for number in range(shops)]
    codes = [make_static_code(shop) for shop in made]
    world = World(made, codes, payers, connection)
    customers = [_template_payer({"EUR": 10 * AMOUNT}) for _ in codes]
    for code, customer in zip(codes, customers, strict=True):
        pay(code, customer, AMOUNT)
    settle_all()
    for number, (code, customer) in enumerate(zip(codes, customers, strict=True)):
        payment = pay(code, customer, AMOUNT)
        world.promised.append(payment)
        keep_template(connection, number, _ids(payment))
    keep_rows(connection, PROMISED)
    # Two confirms of one payer: the template is the second one's key.
    connection.execute(
        """DELETE FROM bench_t_base_idempotencykey t USING bench_template s
        WHERE s.number = t.bench_number AND position(s.session::text in t.key) = 0"""
    )
    make_payers(world)
    return world


def make_payers(world: World) -> None:
    """People with a wallet, a euro account and money in it."""
    person = _template_payer({})
    wallet = open_wallet(person_id=person.pk)
    name = chart.customer(wallet.pk, "EUR")
    account = open_account(names=[name])[name]
    connection = world.connection
    keep_template(connection, PAYER_TEMPLATE, {"person": person.pk, "wallet": wallet.pk, "account": account})
    keep_rows(connection, PAYER)
    connection.execute("DELETE FROM bench_todo")
    connection.execute(
        """INSERT INTO bench_todo
        SELECT n, %s, 0, NULL, NULL, NULL, bench_id(), bench_id(), bench_id()
        FROM generate_series(1, %s) n""",
        [PAYER_TEMPLATE, world.payers],
    )
    copy(connection, list(PAYER), low=0, high=world.payers)
    connection.execute(
        """CREATE TABLE bench_payer AS
        SELECT n - 1 AS number, person, wallet, account FROM bench_todo ORDER BY n"""
    )
    connection.execute("ALTER TABLE bench_payer ADD PRIMARY KEY (number)")
    connection.execute("TRUNCATE bench_todo")
    for low in range(0, world.payers, LOT):
        _fund(connection, low, min(low + LOT, world.payers))


def hold_money(connection: psycopg.Connection[Any], low: int, high: int) -> None:
    """The payers' accounts hold what was promised, and it counts against their limits.

    Locks accounts in ascending order, as everybody does: settling may be under way.
    """
    connection.execute(
        """SELECT 1 FROM wallets_account
        WHERE id IN (SELECT account FROM bench_todo WHERE n > %s AND n <= %s)
        ORDER BY id FOR NO KEY UPDATE""",
        [low, high],
    )
    connection.execute(
        """INSERT INTO wallets_spending AS w (wallet, currency, day, spent_minor)
        SELECT wallet, 'EUR', (now() AT TIME ZONE 'UTC')::date, count(*) * %s FROM bench_todo
        WHERE n > %s AND n <= %s GROUP BY wallet
        ON CONFLICT (wallet, currency, day)
        DO UPDATE SET spent_minor = w.spent_minor + excluded.spent_minor""",
        [AMOUNT, low, high],
    )
    connection.execute(
        """UPDATE wallets_account a SET held_minor = a.held_minor + s.amount
        FROM (SELECT account, count(*) * %s AS amount FROM bench_todo
              WHERE n > %s AND n <= %s GROUP BY account) s
        WHERE a.id = s.account""",
        [AMOUNT, low, high],
    )


def _template_payer(funds: dict[str, int]) -> User:
    """A person whose address holds the id, so that copies have their own."""
    identity = new_id()
    return make_person(f"{identity}@bench.example", id=identity, pin=PIN, funds=funds)


def _ids(payment: Payment) -> dict[str, UUID]:
    wallet = Wallet.objects.get(owner=payment.person_id)
    account = Account.objects.get(code=chart.customer(wallet.pk, "EUR").code)
    return {
        "payment": payment.pk,
        "session": payment.session_id,
        "journal": Due.objects.get(payment=payment).journal,
        "person": payment.person_id,
        "wallet": wallet.pk,
        "account": account.pk,
    }


def _fund(connection: psycopg.Connection[Any], low: int, high: int) -> None:
    """One balanced journal that gives a lot of payers their money."""
    journal, salt = new_id(), secrets.token_bytes(16)
    name = chart.cash("EUR", "sandbox")
    cash = open_account(names=[name])[name]
    with connection.transaction():
        connection.execute(
            """INSERT INTO wallets_journal (id, reference, kind, happened_at, salt, shard_key)
            VALUES (%s, %s, 'opening', now(), %s, %s)""",
            [journal, f"opening:{journal}", salt, chart.PLATFORM],
        )
        connection.execute(
            """INSERT INTO wallets_entry (journal_id, line, created_at, account_id, amount_minor,
                balance_after_minor, account_version)
            SELECT %(journal)s, p.number - %(low)s + 2, now(), p.account, %(funds)s, %(funds)s, 1
            FROM bench_payer p WHERE p.number >= %(low)s AND p.number < %(high)s
            UNION ALL
            SELECT %(journal)s, 1, now(), a.id, %(all)s, a.balance_minor + %(all)s, a.version + 1
            FROM wallets_account a WHERE a.id = %(cash)s""",
            {"journal": journal, "low": low, "high": high, "funds": FUNDS, "all": -FUNDS * (high - low),
             "cash": cash},
        )  # fmt: skip
        connection.execute(
            """UPDATE wallets_account a SET balance_minor = a.balance_minor + e.amount_minor,
                version = a.version + 1
            FROM wallets_entry e WHERE e.journal_id = %s AND e.account_id = a.id""",
            [journal],
        )
