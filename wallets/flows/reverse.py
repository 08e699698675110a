"""Take a posted journal back by a new one with the other signs: an operator's act, once for ever.

Nothing is edited or deleted. The reversal's reference names the journal, so a second one cannot be; the
order behind the journal shows it.
"""

from datetime import datetime
from uuid import UUID

from base.core.errors import Refused
from base.flows.once import Answer, once
from base.flows.record import audit_line
from base.flows.retry import retry
from base.ids import database_now, new_id
from people.queries import is_operator
from wallets.core.chart import AccountName
from wallets.core.ledger import Draft
from wallets.core.reversal import check_reversible, mirrored
from wallets.flows.post import post_one
from wallets.models import Entry, Journal, TopUp, Transfer

_ORDERS: dict[str, type[TopUp] | type[Transfer]] = {"top_up": TopUp, "send": Transfer}


def reverse(
    *, operator_id: UUID, journal_id: UUID, reason: str, key: str, happened_at: datetime | None = None
) -> UUID:
    """Reverse a journal; returns the new journal's id. key: one key is one answer.

    Raises Refused: not_found 404 (also for whoever is no operator), reason_missing 400,
    not_reversible 409, already_reversed 409 (journal=...), balance_too_low 409 when the money has
    been spent; then nothing was changed.
    """
    if not is_operator(operator_id):
        raise _not_found()
    if not reason.strip():
        raise Refused("reason_missing", "Say why, please. Nothing was changed.")
    answer = _reverse(operator_id, journal_id, reason.strip(), key, happened_at)
    return UUID(answer["journal"])


@retry
def _reverse(
    operator_id: UUID, journal_id: UUID, reason: str, key: str, happened_at: datetime | None
) -> Answer:
    return once(
        scope=f"reverse:{operator_id}",
        key=key,
        request={"journal": journal_id, "reason": reason},
        act=lambda: _act(operator_id, journal_id, reason, happened_at),
    )


def _act(operator_id: UUID, journal_id: UUID, reason: str, happened_at: datetime | None) -> Answer:
    journal = Journal.objects.filter(pk=journal_id).first()
    if journal is None:
        raise _not_found()
    check_reversible(journal.kind)
    posted = post_one(journal=_draft(journal, happened_at or database_now()))
    if posted.replayed:
        raise Refused(
            "already_reversed",
            "This journal has been reversed before. Nothing was changed.",
            status=409,
            journal=str(posted.journal),
        )
    changed = (
        _ORDERS[journal.kind]
        .objects.filter(journal=journal.pk, reversal=None)
        .update(reversal=posted.journal)
    )
    assert changed == 1, f"{journal.reference} has no order behind it"
    audit_line(
        actor_id=operator_id,
        action="journal.reversed",
        subject=journal.pk,
        reference=journal.reference,
        reversal=str(posted.journal),
        reason=reason,
    )
    return {"journal": str(posted.journal)}


def _draft(journal: Journal, when: datetime) -> Draft:
    entries = Entry.objects.filter(journal=journal).select_related("account").order_by("line")
    names = (
        (
            AccountName(
                entry.account.code, entry.account.currency, entry.account.guarded, entry.account.shard_key
            ),
            entry.amount_minor,
        )
        for entry in entries
    )
    return Draft(
        id=new_id(),
        reference=f"reversal:{journal.pk}",
        kind="reversal",
        happened_at=when,
        shard_key=journal.shard_key,
        legs=mirrored(names),
    )


def _not_found() -> Refused:
    return Refused("not_found", "There is nothing here that you may see.", status=404)
