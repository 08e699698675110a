"""The ledger's own door for settling, called as `payments_settle` calls it: holds become journals."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

_SETTLE = """
SELECT ledger_settle_holds(
    %s::uuid[], %s::uuid[], %s::text[], %s, %s::timestamptz[], %s::bytea[], %s::uuid[])
"""


@dataclass(frozen=True, slots=True)
class Settlement:
    """The journal that a payment's open hold becomes. document_sha256: 32 bytes of the receipt behind it."""

    payment: UUID
    journal: UUID
    reference: str
    happened_at: datetime
    document_sha256: bytes
    shard_key: UUID


def settle_holds(*, kind: str, settlements: Sequence[Settlement]) -> None:
    """Capture holds whole, all or none, with a constant number of statements for any number.

    A hold that is not open, or a reference that is known, is a bug of the caller and stays an error:
    a hold is settled once.
    """
    assert connection.in_atomic_block, "settle_holds() belongs into the caller's transaction"
    columns: list[Any] = [
        [one.payment for one in settlements],
        [one.journal for one in settlements],
        [one.reference for one in settlements],
        kind,
        [one.happened_at for one in settlements],
        [one.document_sha256 for one in settlements],
        [one.shard_key for one in settlements],
    ]
    with connection.cursor() as cursor:
        cursor.execute(_SETTLE, columns)
