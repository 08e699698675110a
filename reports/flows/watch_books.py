"""Look at the books by the clock, and act when they are wrong: payouts stop, and people are told.

Never two looks at once, and each in one read-only snapshot. A finding of a merchant stops that merchant's
payouts, any other stops them all; operators get one mail for what is new, not one a look. Nothing is mended
here: what is wrong is never put right by an UPDATE, but by a new journal of somebody who has understood it.
"""

import logging
import time
from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models.functions import Now

from base.core.findings import Finding
from base.flows.alone import alone
from base.flows.record import audit_line
from base.ids import database_now, new_id
from merchants.flows.stop_payouts import ALL, stop_payouts
from merchants.flows.tell_operators import tell_operators
from merchants.queries import merchants_among
from reports.flows.audit import CHECKS, audit
from reports.models import BooksFinding, BooksLook

LOOKS_KEPT = timedelta(days=30)
MOST_KEPT = 1_000  # what is kept and told of one look; a thousand faults need no thousand and first
MOST_IN_A_MAIL = 20
TOO_MANY = "~ too many findings"  # sorted last, so that it is always among the kept: it stops all payouts
log = logging.getLogger(__name__)

_KEEP = """
INSERT INTO reports_booksfinding (found_at, seen_at, id, check_name, subject, detail, shard_key)
SELECT %(now)s, %(now)s, *
FROM unnest(
    %(ids)s::uuid[], %(checks)s::text[], %(subjects)s::text[], %(details)s::text[], %(shards)s::uuid[]
)
ON CONFLICT (check_name, subject) WHERE gone_at IS NULL
DO UPDATE SET seen_at = excluded.seen_at, detail = excluded.detail
RETURNING check_name, subject, detail, shard_key, found_at = seen_at
"""


def watch_books() -> int | None:
    """One look; how many findings it found, or None when another look is under way."""
    with alone(name="audit of the books") as mine:
        if not mine:
            return None
        begun = time.monotonic()
        findings = audit()
        milliseconds = round((time.monotonic() - begun) * 1000)
        with transaction.atomic(durable=True):
            fresh = _keep(findings)
            BooksLook.objects.filter(ended_at__lt=Now() - LOOKS_KEPT).delete()
            BooksLook.objects.create(checks=len(CHECKS), findings=len(findings), milliseconds=milliseconds)
            if fresh:
                _alert(fresh, _stop(fresh))
    return len(findings)


def _keep(findings: Iterable[Finding]) -> list[Finding]:
    """Write down what is found now, end what is gone, and return what was not there at the last look."""
    found = {(each.check, each.subject[:200]): each for each in findings}
    if len(found) > MOST_KEPT:
        found[TOO_MANY, ""] = Finding(TOO_MANY, "", f"{len(found)} findings; {MOST_KEPT} of them are kept")
    kept = [(key, found[key]) for key in sorted(found)[-MOST_KEPT:]]
    now = database_now()
    columns: dict[str, Any] = {
        "now": now,
        "ids": [new_id() for _ in kept],
        "checks": [check for (check, _), _ in kept],
        "subjects": [subject for (_, subject), _ in kept],
        "details": [each.detail[:500] for _, each in kept],
        "shards": [each.shard_key for _, each in kept],
    }
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, columns)
        fresh = [Finding(*row) for *row, is_new in cursor.fetchall() if is_new]
    BooksFinding.objects.filter(gone_at=None, seen_at__lt=now).update(gone_at=now)
    return fresh


def _stop(fresh: Collection[Finding]) -> set[UUID | None]:
    """Stop the payouts of whom the new findings are about; None stands for all."""
    merchants = merchants_among(each.shard_key for each in fresh if each.shard_key)
    about: dict[UUID | None, list[str]] = {}
    for each in fresh:
        whose = each.shard_key if each.shard_key in merchants else None
        about.setdefault(whose, []).append(each.check)
    for whose, checks in about.items():
        reason = f"The audit of the books found: {', '.join(sorted(set(checks)))}."
        stop_payouts(merchant_id=whose, reason=reason, operator_id=None)
    return set(about)


def _alert(fresh: Collection[Finding], stopped: Collection[UUID | None]) -> None:
    checks = sorted({each.check for each in fresh})
    log.error("the books are wrong: %s new findings (%s)", len(fresh), ", ".join(checks))
    audit_line(actor_id=None, action="books.findings", subject=ALL, findings=len(fresh), checks=checks)
    lines = [f"- {each.check}: {each.subject}: {each.detail}" for each in list(fresh)[:MOST_IN_A_MAIL]]
    if len(fresh) > MOST_IN_A_MAIL:
        lines.append(f"... and {len(fresh) - MOST_IN_A_MAIL} more.")
    whose = "of all shops" if None in stopped else f"of {len(stopped)} shop{'s' * (len(stopped) > 1)}"
    tell_operators(
        subject=f"The books are wrong: {len(fresh)} new findings, payouts {whose} stopped",
        body=(
            f"The audit of the books has found what must never be. Payouts {whose} are stopped until an\n"
            "operator lifts the stop. Sales and refunds go on. Do not mend rows by hand: see the runbook\n"
            "in docs/OPERATIONS.md.\n\n" + "\n".join(lines) + f"\n\n{settings.BASE_URL}/books/audit/\n"
        ),
    )
