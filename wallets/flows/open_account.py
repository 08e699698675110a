"""Open wallets and ledger accounts: once each, whoever asks first."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection

from base.ids import new_id
from wallets.core.chart import AccountName
from wallets.models import Wallet


def open_account(*, names: Iterable[AccountName]) -> dict[AccountName, UUID]:
    """Return the id of each named account, opening those that are missing (two statements at most)."""
    wanted = {name.code: name for name in names}
    with connection.cursor() as cursor:
        cursor.execute("SELECT code, id FROM wallets_account WHERE code = ANY(%s)", [list(wanted)])
        found = dict(cursor.fetchall())
    missing = [name for code, name in wanted.items() if code not in found]
    if missing:
        columns: list[Any] = [
            [new_id() for _ in missing],
            [name.code for name in missing],
            [name.currency for name in missing],
            [name.guarded for name in missing],
            [name.shard_key for name in missing],
        ]
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT code, id FROM ledger_open_accounts"
                "(%s::uuid[], %s::text[], %s::text[], %s::boolean[], %s::uuid[])",
                columns,
            )
            found.update(cursor.fetchall())
    return {name: found[code] for code, name in wanted.items()}


def wallet_of(*, person_id: UUID) -> UUID:
    """The id of the person's wallet, opened on first use."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM wallets_wallet WHERE owner_id = %s", [person_id])
        row = cursor.fetchone()
    return row[0] if row else open_wallet(person_id=person_id).pk


def open_wallet(*, person_id: UUID) -> Wallet:
    """The person's wallet, opened on first use with the tier that new ones have."""
    wallet, _ = Wallet.objects.get_or_create(owner_id=person_id, defaults={"tier": settings.NEW_WALLET_TIER})
    return wallet
