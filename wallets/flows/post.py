"""The one door of the ledger: post journals, set-wise.

`post` needs an open transaction (the caller's facts and the money commit together). Where nothing is
refused it runs a constant number of statements for any number of journals; a journal that would
overdraw an account is refused alone. PostgreSQL decides, under the accounts' locks.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import DatabaseError, connection, transaction

from base.core.errors import Refused
from wallets.core.ledger import Draft
from wallets.flows.open_account import open_account

_POST = """
SELECT reference, journal, replayed, refused FROM ledger_post(
    %s::uuid[], %s::text[], %s::text[], %s::timestamptz[], %s::bytea[], %s::bytea[], %s::uuid[],
    %s::uuid[], %s::bigint[], %s::uuid[], %s::uuid[], %s::bigint[])
"""
# What PostgreSQL says no to: SQLSTATE or constraint -> our code and sentence.
_NO = {
    "QT002": ("hold_not_open", "This money was taken or given back before."),
    "QT003": ("capture_mismatch", "What is captured is not what the journal takes."),
    "QT004": ("reference_reused", "This reference stands for another journal."),
    "QT005": ("hold_exceeded", "More would be taken than was held."),
    "QT006": ("account_closed", "An account of this journal is closed."),
    "QT040": ("period_closed", "The books of this time are closed. Nothing was booked."),
    "account_balance_bounded": ("balance_too_large", "An account would hold more than one account may."),
}


@dataclass(frozen=True, slots=True)
class Posted:
    """What became of one draft.

    journal: id of what stands in the ledger, None when refused. replayed: it stood there before this
    call. refused: "" or the code, today only "balance_too_low".
    """

    journal: UUID | None
    replayed: bool = False
    refused: str = ""


def post(*, journals: Sequence[Draft]) -> dict[str, Posted]:
    """Post drafts, decided in their order; return what became of each, by reference.

    Raises Refused, with nothing of the call posted: reference_reused, hold_not_open, hold_exceeded,
    capture_mismatch, account_closed, period_closed, balance_too_large (all 409).
    """
    assert connection.in_atomic_block, "post() belongs into the caller's transaction"
    if not journals:
        return {}
    assert len({draft.reference for draft in journals}) == len(journals), "a reference twice in one call"
    columns = _columns(journals)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_POST, columns)
            return {reference: Posted(*found) for reference, *found in cursor.fetchall()}
    except DatabaseError as error:
        diagnosis = getattr(error.__cause__, "diag", None)
        no = _NO.get(getattr(diagnosis, "sqlstate", None) or "") or _NO.get(
            getattr(diagnosis, "constraint_name", None) or ""
        )
        if no is None:
            raise
        raise Refused(*no, status=409) from error


def post_one(*, journal: Draft) -> Posted:
    """Post one draft. Raises what `post` raises, and Refused("balance_too_low", 409)."""
    posted = post(journals=[journal])[journal.reference]
    if posted.refused:
        raise Refused(posted.refused, "There is not enough money for this.", status=409)
    return posted


def _columns(journals: Sequence[Draft]) -> list[Any]:
    accounts = open_account(names=(leg.account for draft in journals for leg in draft.legs))
    entries = [
        (draft.id, accounts[leg.account], leg.amount_minor) for draft in journals for leg in draft.legs
    ]
    return [
        [draft.id for draft in journals],
        [draft.reference for draft in journals],
        [draft.kind for draft in journals],
        [draft.happened_at for draft in journals],
        [draft.document_sha256 for draft in journals],
        [secrets.token_bytes(16) for _ in journals],
        [draft.shard_key for draft in journals],
        [draft.capture.payment if draft.capture else None for draft in journals],
        [draft.capture.amount_minor if draft.capture else None for draft in journals],
        [journal for journal, _, _ in entries],
        [account for _, account, _ in entries],
        [amount for _, _, amount in entries],
    ]
