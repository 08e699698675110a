"""A bank for the bank test (Jepsen's): accounts whose sum never changes, clients that move money, readers.

Clients are threads with a connection of their own. Every failure is counted by its SQLSTATE before the
product's retry wrapper sees it, and every transfer is asked for until it has an outcome.
"""

import random
import time
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from django.db import OperationalError, connection, transaction

from base.flows.retry import may_repeat, retry
from base.owner import as_owner
from tests.races.threads import at_once
from tests.wallets.ledger import CASH, draft
from wallets.core import chart
from wallets.core.chart import AccountName
from wallets.flows.post import post

HOT, COOL, CLIENTS = 8, 500, 8
FUNDS = 100_00
READ_SHARE = 0.2
_READ = """
SELECT sum(balance_minor), count(*) FILTER (WHERE balance_minor < 0 OR balance_minor < held_minor)
FROM wallets_account WHERE guarded
"""
Transfer = tuple[AccountName, AccountName, int]
Move = Callable[[list[Transfer]], int]
T = TypeVar("T")


@dataclass
class Tally:
    """What was seen. errors: by SQLSTATE, each was tried again."""

    moved: int = 0
    refused: int = 0
    reads: int = 0
    wrong_totals: int = 0
    negatives: int = 0
    errors: Counter[str] = field(default_factory=Counter)

    def add(self, other: "Tally") -> None:
        self.moved, self.refused = self.moved + other.moved, self.refused + other.refused
        self.reads += other.reads
        self.wrong_totals += other.wrong_totals
        self.negatives += other.negatives
        self.errors += other.errors


class Bank:
    """Eight accounts that everybody wants and 500 others, each with FUNDS."""

    def __init__(self) -> None:
        self.accounts = [chart.customer(uuid.uuid4(), "EUR") for _ in range(HOT + COOL)]
        self.total = FUNDS * len(self.accounts)
        with transaction.atomic():
            post(journals=[draft((CASH, -FUNDS), (account, FUNDS)) for account in self.accounts])

    def transfers(self, chance: random.Random) -> list[Transfer]:
        """One to four transfers of one call; every second account is a hot one."""
        found = []
        for _ in range(chance.choice([1, 1, 2, 4])):
            pools = [self.accounts[:HOT] if chance.random() < 0.5 else self.accounts[HOT:] for _ in "ab"]
            source, target = (chance.choice(pool) for pool in pools)
            if source is not target:
                found.append((source, target, chance.randint(1, FUNDS // 4)))
        return found

    def run(self, move: Move, *, transfers: int, seed: int, isolation: str = "READ COMMITTED") -> Tally:
        """Eight clients at once, until so many transfers were made; refused ones do not count."""
        clients = (
            partial(
                self._client, move, transfers // CLIENTS, random.Random(seed * CLIENTS + number), isolation
            )
            for number in range(CLIENTS)
        )
        whole = Tally()
        for tally in at_once(*clients):
            whole.add(tally)
        return whole

    def _client(self, move: Move, transfers: int, chance: random.Random, isolation: str) -> Tally:
        tally = Tally()
        ask = partial(settled, errors=tally.errors, isolation=isolation)
        while tally.moved < transfers:
            wanted = self.transfers(chance)
            if not wanted:
                continue
            rest = chance.choice([0, 0, 0, 0.002])  # some keep their locks while others come
            moved = ask(partial(_slowly, move, wanted, rest))
            tally.moved += moved
            tally.refused += len(wanted) - moved
            for _ in wanted:
                if chance.random() < READ_SHARE / (1 - READ_SHARE):
                    self._read(ask, tally)
        return tally

    def _read(self, ask: Callable[..., tuple[int, int]], tally: Tally) -> None:
        def read() -> tuple[int, int]:
            with connection.cursor() as cursor:
                cursor.execute(_READ)
                found: tuple[int, int] = cursor.fetchone()
                return found

        total, negatives = ask(read)
        tally.reads += 1
        tally.wrong_totals += total != self.total
        tally.negatives += negatives


def _slowly(move: Move, wanted: list[Transfer], rest: float) -> int:
    moved = move(wanted)
    time.sleep(rest)
    return moved


def settled(act: Callable[[], T], *, errors: Counter[str], isolation: str) -> T:
    """Ask until there is an outcome; the retry wrapper itself gives up after five tries."""

    @retry
    def tried() -> T:
        try:
            with transaction.atomic(durable=True):
                with connection.cursor() as cursor:
                    cursor.execute(f"SET TRANSACTION ISOLATION LEVEL {isolation}")
                return act()
        except OperationalError as error:
            errors[getattr(error.__cause__, "sqlstate", None) or "connection"] += 1
            raise

    while True:
        try:
            return tried()
        except OperationalError as error:
            if not may_repeat(error):
                raise


def by_the_ledger(wanted: list[Transfer]) -> int:
    """Through the product's door; how many were posted."""
    posted = post(journals=[draft((source, -amount), (to, amount)) for source, to, amount in wanted])
    return sum(not one.refused for one in posted.values())


# --- banks as they are often written: the controls ------------------------------------------------

_LOCK = "SELECT balance_minor FROM wallets_account WHERE code = %s FOR UPDATE"
_READ_ONE = "SELECT balance_minor FROM wallets_account WHERE code = %s"
_WRITE = "UPDATE wallets_account SET balance_minor = %s WHERE code = %s"


def as_they_come(wanted: list[Transfer]) -> int:
    """Locks each account when it is its turn: right totals, and deadlocks."""
    return _by_hand(wanted, _LOCK)


def without_locks(wanted: list[Transfer]) -> int:
    """Reads, then writes what it has worked out: never a deadlock, and wrong totals."""
    return _by_hand(wanted, _READ_ONE)


def _by_hand(wanted: list[Transfer], read: str) -> int:
    moved = 0
    with as_owner(connection), connection.cursor() as cursor:
        for source, to, amount in wanted:
            found = []
            for account in (source, to):
                cursor.execute(read, [account.code])
                found.append(cursor.fetchone()[0])
                time.sleep(0.001)
            if found[0] >= amount:
                cursor.execute(_WRITE, [found[0] - amount, source.code])
                cursor.execute(_WRITE, [found[1] + amount, to.code])
                moved += 1
    return moved
