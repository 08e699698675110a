"""What a release and a remittance have in common: fenced tax of a place leaves, with its row, in one go.

Decided under the merchant's lock, as payouts and changes of mode are, so that two at once never release one
cent twice. Only fenced tax: what is recorded is the merchant's to take anyway.
"""

from datetime import datetime
from uuid import UUID

from django.db import connection

from base.core.errors import Refused
from base.flows.record import NewEvent, audit_line, record
from base.ids import database_now, new_id
from merchants.models import Merchant, TaxMode
from merchants.queries import not_found
from payments.core import tax_releases
from payments.core.receipt import digest
from payments.core.tax_releases import AUTHORITY, Release
from payments.models import TaxRelease, TaxReleasePart
from payments.queries.tax_releases import claim_of, releasable
from people.models import User
from wallets.core.ledger import Draft
from wallets.flows.post import post_one

TRIES = 3  # a refund may take from what was just read


def book_release(
    *,
    actor: User,
    merchant_id: UUID,
    place: str,
    to: str,
    amount_minor: int | None,
    period: str,
    until: datetime | None,
    happened_at: datetime | None,
) -> TaxRelease:
    """Book it in the caller's transaction.

    Refused: not_found (404) for a place of which nobody has chosen a mode; what `tax_releases.take` refuses.
    """
    assert connection.in_atomic_block, "a release belongs into its caller's transaction"
    merchant = Merchant.objects.select_for_update(no_key=True).get(pk=merchant_id)
    release_id, when = new_id(), happened_at or database_now()
    for attempt in range(1, TRIES + 1):
        mode, there = releasable(merchant, place, until=until)
        if mode is None:
            raise not_found()
        release = Release(
            id=release_id,
            merchant=merchant_id,
            place=place,
            currency=merchant.currency,
            to=to,
            parts=tax_releases.take(there, merchant.currency, amount_minor=amount_minor),
            happened_at=when,
            period=period,
            until=until,
            claim_minor=claim_of(merchant, place) if to == AUTHORITY else 0,
        )
        document = tax_releases.document(release)
        draft = tax_releases.released(release, journal=new_id(), sha256=digest(document))
        try:
            post_one(journal=draft)
            break
        except Refused as no:
            if no.code != "balance_too_low" or attempt == TRIES:
                raise
    assert mode is not None, "the last look found none"
    row = _write(release, document, draft, mode, actor)
    _tell(row, actor)
    return row


def _write(release: Release, document: str, draft: Draft, mode: TaxMode, actor: User) -> TaxRelease:
    row = TaxRelease.objects.create(
        id=release.id,
        merchant_id=release.merchant,
        place=release.place,
        currency=release.currency,
        to=release.to,
        amount_minor=release.amount_minor,
        netted_minor=release.netted_minor,
        period=release.period,
        until=release.until,
        tax_mode=mode,
        document=document,
        journal=draft.id,
        ordered_by=actor,
        happened_at=release.happened_at,
    )
    TaxReleasePart.objects.bulk_create(
        TaxReleasePart(release=row, line=line, account=part.account.code, amount_minor=part.amount_minor)
        for line, part in enumerate(release.parts, 1)
    )
    return row


def _tell(row: TaxRelease, actor: User) -> None:
    kind = "tax.remitted" if row.to == AUTHORITY else "tax.released"
    facts = {
        "place": row.place,
        "amount_minor": row.amount_minor,
        "currency": row.currency,
        "period": row.period,
    }
    event = NewEvent(
        topic=f"merchant:{row.merchant_id}",
        kind=kind,
        subject=row.pk,
        shard_key=row.merchant_id,
        payload={"release": str(row.pk), **facts},
    )
    record(events=[event])
    audit_line(actor_id=actor.pk, action=kind, subject=row.pk, merchant=row.merchant_id, **facts)
