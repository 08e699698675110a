"""The one door of the ledger: post journals, all or none, set-wise.

`post` needs an open transaction (the caller's facts and the money commit together) and runs a
constant number of statements for any number of journals. PostgreSQL refuses what is wrong; an
overdraw comes back as Refused, anything else is a bug and stays an error.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from base.core.errors import Refused
from wallets.core.ledger import Draft
from wallets.flows.open_account import open_account

GUARD = "account_guarded_not_below_zero"
_POST = """
SELECT reference, journal, replayed FROM ledger_post(
    %s::uuid[], %s::text[], %s::text[], %s::timestamptz[], %s::bytea[], %s::bytea[], %s::uuid[],
    %s::uuid[], %s::bigint[], %s::uuid[], %s::uuid[], %s::bigint[])
"""


@dataclass(frozen=True, slots=True)
class Posted:
    """journal: id of what stands in the ledger. replayed: it stood there before this call."""

    journal: UUID
    replayed: bool


def post(*, journals: Sequence[Draft]) -> dict[str, Posted]:
    """Post drafts; return what stands in the ledger by reference.

    Raises Refused("balance_too_low", 409) when a guarded account would fall below what is held;
    then nothing of the call is posted.
    """
    assert connection.in_atomic_block, "post() belongs into the caller's transaction"
    if not journals:
        return {}
    accounts = open_account(names=(leg.account for draft in journals for leg in draft.legs))
    entries = [
        (draft.id, accounts[leg.account], leg.amount_minor) for draft in journals for leg in draft.legs
    ]
    columns: list[Any] = [
        [draft.id for draft in journals],
        [draft.reference for draft in journals],
        [draft.kind for draft in journals],
        [draft.happened_at for draft in journals],
        [draft.document_sha256 for draft in journals],
        [secrets.token_bytes(16) for _ in journals],
        [draft.shard_key for draft in journals],
        [draft.capture.hold if draft.capture else None for draft in journals],
        [draft.capture.amount_minor if draft.capture else None for draft in journals],
        [journal for journal, _, _ in entries],
        [account for _, account, _ in entries],
        [amount for _, _, amount in entries],
    ]
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_POST, columns)
            return {reference: Posted(journal, known) for reference, journal, known in cursor.fetchall()}
    except IntegrityError as error:
        diagnosis = getattr(error.__cause__, "diag", None)
        if getattr(diagnosis, "constraint_name", None) != GUARD:
            raise
        raise Refused("balance_too_low", "There is not enough money for this.", status=409) from error


def post_one(*, journal: Draft) -> Posted:
    """Post one draft. Raises what `post` refuses, e.g. Refused("balance_too_low", 409)."""
    return post(journals=[journal])[journal.reference]
