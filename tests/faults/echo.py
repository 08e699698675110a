"""Posts refund journals again and again, as a worker does that never heard its COMMIT.

The ledger must answer with what stands there and move nothing: a reference is used once, for ever. With
that guard taken away (the control `unique`) each echo moves the money once more.
"""

import logging
import sys
import time
from pathlib import Path

from django.db import InterfaceError, OperationalError, connection, transaction

from base.core.errors import Refused
from base.ids import new_id
from wallets.core.chart import AccountName
from wallets.core.ledger import Draft, Leg
from wallets.flows.post import post_one
from wallets.models import Account, Entry, Journal

EVERY_SECONDS = 1.0
log = logging.getLogger(__name__)


def main() -> None:
    """For ever. Each repeat adds a byte to the file that the first argument names."""
    with Path(sys.argv[1]).open("ab", buffering=0) as heard:
        while True:
            time.sleep(EVERY_SECONDS)
            try:
                repeat_newest()
                heard.write(b".")
            except (OperationalError, InterfaceError) as error:
                log.warning("database away: %s", type(error).__name__)
                connection.close()
            except Refused as no:
                log.warning("refused: %s", no.code)


def repeat_newest() -> None:
    """Post the newest refund's journal once more, as it was."""
    journal = Journal.objects.filter(kind="refund").order_by("-created_at").first()
    if journal is None:
        return
    entries = list(Entry.objects.filter(journal=journal.pk).order_by("line"))
    accounts = Account.objects.in_bulk([entry.account_id for entry in entries])
    legs = tuple(Leg(name_of(accounts[entry.account_id]), entry.amount_minor) for entry in entries)
    draft = Draft(
        id=new_id(),
        reference=journal.reference,
        kind=journal.kind,
        happened_at=journal.happened_at,
        shard_key=journal.shard_key,
        legs=legs,
        document_sha256=bytes(journal.document_sha256 or b"") or None,
    )
    with transaction.atomic():
        post_one(journal=draft)


def name_of(account: Account) -> AccountName:
    """The account's name as the ledger's door wants it."""
    return AccountName(account.code, account.currency, account.guarded, account.shard_key)
