"""Where an example of the stateful model plays: books that begin empty, two clocks, and the comparison.

Each example is one transaction, which is taken back at its end. The model's clock begins an hour before
the database's and may pass it: flows take `happened_at`.
"""

import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import connection, transaction
from hypothesis.stateful import RuleBasedStateMachine

from base.core.errors import Refused
from merchants.models import QrCode
from payments.models import Payment, ReceiptCounter, Session
from people.models import User
from reports.flows.audit import CHECKS
from tests.proofs.cast import Cast
from tests.proofs.reference import Code, Sale, Scan

SESSIONS = Session.objects.select_related("code__merchant__tax_profile", "code__branch", "code__till")
T = TypeVar("T")


def outcome(act: Callable[[], T]) -> tuple[str, T | None]:
    """("", what came back), or the code of the refusal."""
    try:
        return "", act()
    except Refused as no:
        return no.code, None


def one_of(things: Sequence[T], place: int) -> T:
    return things[place % len(things)]


def same(what: str, found: Mapping[str, object], expected: Mapping[str, object]) -> None:
    """The differences, where there are any: what the product has, then what the model has."""
    keys = {key for key in (*found, *expected) if found.get(key) != expected.get(key)}
    assert not keys, f"{what}: " + ", ".join(f"{key} {found.get(key)} / {expected.get(key)}" for key in keys)


class Stage(RuleBasedStateMachine):
    """One example. The rules are in `machine.py`."""

    cast: Cast
    done: Counter[str] = Counter()  # steps of all examples, by name and outcome

    def __init__(self) -> None:
        super().__init__()
        self.example = transaction.atomic()
        # Durable flows may begin inside, as in Django's own TestCase.
        self.example._from_testcase = True  # type: ignore[attr-defined]
        self.example.__enter__()
        with connection.cursor() as cursor:
            cursor.execute("SELECT now()")
            self.clock: datetime = cursor.fetchone()[0]
        self.now = self.clock - timedelta(hours=1)
        self.book = self.cast.book()
        self.codes: list[tuple[QrCode, Code]] = [
            (row, Code(shop)) for row, shop in zip(self.cast.printed, self.cast.shops, strict=True)
        ]
        self.keys = 0

    def teardown(self) -> None:
        try:
            if sys.exc_info()[0] is None:  # else the step that failed is what is to be told
                self.states_agree()
                self.books_are_clean()
        finally:
            transaction.set_rollback(True)
            self.example.__exit__(None, None, None)

    def key(self) -> str:
        self.keys += 1
        return f"key {self.keys}"

    def saw(self, step: str, expected: str = "", found: str = "") -> None:
        """A step is done: its outcome is the one that the model expects, and so is every balance."""
        assert found == expected, f"{step}: {found or 'done'}, but the model says {expected or 'done'}"
        self.balances_agree()
        self.done[f"{step}: {expected}" if expected else step] += 1

    def payer(self, wallet: str) -> User:
        return next(person for person in self.cast.people if str(person.wallet.pk) == wallet)

    def scan(self, place: int) -> tuple[str, Scan]:
        return one_of(list(self.book.scans.items()), place)

    def sale(self, place: int) -> tuple[str, Sale]:
        return one_of(list(self.book.sales.items()), place)

    # --- the comparison ---------------------------------------------------------------------------

    def balances_agree(self) -> None:
        """Every account, to the cent, after every step."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT code, balance_minor, held_minor FROM wallets_account"
                " WHERE balance_minor <> 0 OR held_minor <> 0"
            )
            found = {code: (balance, held) for code, balance, held in cursor.fetchall()}
        book = self.book
        codes = [code for code in book.balance if book.balance[code] or book.held[code]]
        same("balances", found, {code: (book.balance[code], book.held[code]) for code in codes})

    def states_agree(self) -> None:
        """Scans, payments and receipt numbers, at the end of an example."""
        scans = {str(pk): state for pk, state in Session.objects.values_list("pk", "state")}
        same("scans", scans, {key: scan.state for key, scan in self.book.scans.items()})
        payments = Payment.objects.values_list("pk", "state", "total_minor", "fee_minor", "refunded_minor")
        same(
            "payments",
            {str(pk): tuple(rest) for pk, *rest in payments},
            {
                key: ("settled" if sale.settled else "promised", sale.total, sale.fee, sale.refunded)
                for key, sale in self.book.sales.items()
            },
        )
        numbers = {str(pk): last for pk, last in ReceiptCounter.objects.values_list("merchant", "last")}
        same("receipts", numbers, {shop: last for shop, last in self.book.receipts.items() if last})

    def books_are_clean(self) -> None:
        with connection.cursor() as cursor:
            findings = [finding for check in CHECKS.values() for finding in check(cursor)]
        assert findings == [], findings
