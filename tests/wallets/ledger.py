"""Journals for tests of the ledger, and calls past the checks of `wallets.core`."""

import secrets
import uuid
from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction

from wallets.core import chart
from wallets.core.chart import AccountName
from wallets.core.ledger import Capture, Draft, legs
from wallets.flows.open_account import open_account
from wallets.flows.post import post
from wallets.models import Account

NOW = datetime(2026, 11, 22, 9, 41, tzinfo=UTC)
CASH = chart.cash("EUR", "sandbox")


def draft(*pairs: tuple[AccountName, int], reference: str = "", capture: Capture | None = None) -> Draft:
    reference = reference or f"test:{uuid.uuid4()}"
    return Draft(
        id=uuid.uuid4(),
        reference=reference,
        kind=reference.partition(":")[0],
        happened_at=NOW,
        shard_key=chart.PLATFORM,
        legs=legs(*pairs),
        capture=capture,
    )


def fresh_customer(currency: str = "EUR") -> AccountName:
    return chart.customer(uuid.uuid4(), currency)


def funded(amount_minor: int = 1000) -> AccountName:
    account = fresh_customer()
    post(journals=[draft((CASH, -amount_minor), (account, amount_minor))])
    return account


def row(account: AccountName) -> Account:
    return Account.objects.get(code=account.code)


class assert_refused:
    """`with assert_refused("QT011"):` the block must be refused by PostgreSQL with that code."""

    def __init__(self, code: str) -> None:
        self.code = code

    def __enter__(self) -> None:
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()

    def __exit__(self, kind: Any, error: Any, trace: Any) -> bool:
        self.savepoint.__exit__(kind, error, trace)
        found = getattr(getattr(error, "__cause__", None), "sqlstate", None)
        assert found == self.code, f"expected {self.code}, got {found}: {error}"
        return True


def raw_post(
    journal: uuid.UUID, entries: list[tuple[uuid.UUID, int]], *, capture: Capture | None = None
) -> None:
    """Call the function as a careless caller would, past the checks of `wallets.core`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM ledger_post(%s::uuid[],%s::text[],%s::text[],%s::timestamptz[],%s::bytea[],"
            "%s::bytea[],%s::uuid[],%s::uuid[],%s::bigint[],%s::uuid[],%s::uuid[],%s::bigint[])",
            [
                [journal], [f"raw:{journal}"], ["raw"], [NOW], [None], [secrets.token_bytes(16)],
                [chart.PLATFORM], [capture and capture.payment], [capture and capture.amount_minor],
                [journal] * len(entries), [account for account, _ in entries],
                [amount for _, amount in entries],
            ],
        )  # fmt: skip


def ids(*names: AccountName) -> list[uuid.UUID]:
    found = open_account(names=names)
    return [found[name] for name in names]
