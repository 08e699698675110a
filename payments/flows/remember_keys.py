"""Note which receipt keys are in force, so that taking one away is found out (`UsedReceiptKey.check`).

Nothing is noted before there are receipts, nor while a key is missing: then the settings are wrong.
"""

import logging
from datetime import UTC

from base.ids import database_now
from payments.models import Receipt, UsedReceiptKey
from payments.queries.signatures import configured_keys

log = logging.getLogger(__name__)


def remember_keys() -> int:
    """Returns how many were new. Safe to call twice."""
    if problems := UsedReceiptKey.check(databases=["default"]):
        log.error("%s", "; ".join(problem.msg for problem in problems))
        return 0
    if not Receipt.objects.exists():
        return 0
    today = database_now().astimezone(UTC).date()
    begun = [key for key in configured_keys() if key.since is None or key.since <= today]
    known = set(UsedReceiptKey.objects.values_list("key_id", flat=True))
    new = [key for key in begun if key.key_id not in known]
    UsedReceiptKey.objects.bulk_create(
        [UsedReceiptKey(key_id=key.key_id, public=key.public, since=key.since) for key in new],
        ignore_conflicts=True,
    )
    return len(new)
