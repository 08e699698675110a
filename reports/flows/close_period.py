"""Close a period: its figures are written down, its files ordered, and the ledger takes nothing more there.

Looked at first, in one snapshot; then the books are closed under the ledger's lock, where nothing can come in
any more. The journals are only ever added to: if they are as many as were looked at, they are the same.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from base.core.errors import Refused
from base.flows.record import audit_line
from base.flows.retry import retry
from base.flows.ring import ring
from base.ids import database_now, new_id
from merchants.models import Merchant
from reports.core.periods import Period, parse_period
from reports.core.seals import Figures, check_next, check_settled, kept_taxes
from reports.flows.make_sealed_files import order_files
from reports.formats.data_package import SCHEMA_VERSION
from reports.models import BooksClosing, BooksException, BooksPeriod
from reports.queries.seal_ledger import Change
from reports.queries.seals import (
    as_period,
    books_zone,
    changes_to_come,
    closer_for,
    figures_of,
    last_period,
    waiting_for,
)
from taxes.queries import RATE_TABLE_VERSION
from wallets.flows.close_books import close_books


def close_period(
    *, actor_id: UUID, merchant_id: UUID, period: str, journals: int | None = None
) -> BooksPeriod:
    """The closed period of this label; closing one that is closed changes nothing.

    journals: how many the person has seen on the page; others may not be closed in unseen.
    Refused: not_found 404 (all but owners and accountants), period_invalid 400, period_out_of_order,
    period_not_over, period_not_settled, books_changed, books_do_not_foot, earlier_period_open, still_working
    (409).
    """
    merchant = closer_for(actor_id, merchant_id)
    row = BooksPeriod.objects.filter(merchant=merchant, label=period).first()
    asked = as_period(row) if row else parse_period(period, books_zone(merchant))
    _check_chain(merchant, asked, database_now())
    seen = figures_of(merchant, asked)
    if seen.differences:
        raise Refused(
            "books_do_not_foot",
            "The rows of this period do not add up to the ledger. The operator has to look at it; nothing is "
            "wrong with what you did, and nothing was closed.",
            status=409,
        )
    if journals is not None and journals != seen.ledger.journals:
        raise _changed()
    return _close(actor_id, merchant, asked, seen)


@retry
def _close(actor_id: UUID, merchant: Merchant, asked: Period, seen: Figures) -> BooksPeriod:
    with transaction.atomic(durable=True):
        try:
            journals = close_books(shard_key=merchant.pk, starts_at=asked.starts_at, ends_at=asked.ends_at)
        except Refused as no:
            found = BooksPeriod.objects.filter(
                merchant=merchant, starts_at=asked.starts_at, ends_at=asked.ends_at
            )
            if no.code == "books_not_closable" and (closed := found.first()):
                return closed
            raise
        # Under the lock: nobody else closes here, and nothing can be promised or booked in it any more.
        _check_chain(merchant, asked, database_now())
        check_settled(waiting_for(merchant, asked))
        if journals != seen.ledger.journals:
            raise _changed()
        period, closing = _write(actor_id, merchant, asked, seen)
        order_files(closing, actor_id=actor_id)
        audit_line(
            actor_id=actor_id,
            action="period.closed",
            subject=period.pk,
            merchant=merchant.pk,
            period=period.label,
            closing=closing.number,
            ledger=closing.ledger_sha256,
        )
        ring(task="reports.tasks.build_queued")
    return period


def _check_chain(merchant: Merchant, asked: Period, now: datetime) -> None:
    """It is the next one, or one that was opened again; and no earlier one is open."""
    earlier = BooksPeriod.objects.filter(
        merchant=merchant, state=BooksPeriod.State.REOPENED, ends_at__lte=asked.starts_at
    ).first()
    if earlier:
        raise Refused("earlier_period_open", f"{earlier.label} is open again. Close it first.", status=409)
    known = BooksPeriod.objects.filter(
        merchant=merchant, starts_at=asked.starts_at, ends_at=asked.ends_at
    ).exists()
    last = last_period(merchant)
    if not known:
        check_next(asked, last_end=last.ends_at if last else None, now=now)


def _write(
    actor_id: UUID, merchant: Merchant, asked: Period, seen: Figures
) -> tuple[BooksPeriod, BooksClosing]:
    changes = changes_to_come(merchant, asked)
    last = last_period(merchant)
    period, made = BooksPeriod.objects.get_or_create(
        merchant=merchant,
        starts_at=asked.starts_at,
        ends_at=asked.ends_at,
        defaults={
            "label": asked.label,
            "time_zone": asked.time_zone,
            "follows": last.ends_at if last else None,
        },
    )
    if not made:
        again = BooksPeriod.objects.filter(pk=period.pk, state=BooksPeriod.State.REOPENED)
        assert again.update(state=BooksPeriod.State.CLOSED, reopening=None), "closed books were closed again"
        period.refresh_from_db()
    before = period.closings.order_by("-number").first()
    closing = BooksClosing.objects.create(
        id=new_id(),
        period=period,
        number=before.number + 1 if before else 1,
        supersedes=before,
        closed_by_id=actor_id,
        closed_at=database_now(),
        journals=seen.ledger.journals,
        ledger_head=seen.ledger.head,
        ledger_sha256=seen.ledger.sha256,
        schema_version=SCHEMA_VERSION,
        rate_table=RATE_TABLE_VERSION,
        rows=seen.totals.rows,
        totals=seen.totals.columns,
        taxes=kept_taxes(seen.totals),
    )
    _list(closing, changes)
    return period, closing


def _list(closing: BooksClosing, changes: Iterable[Change]) -> None:
    """What this closing changes of earlier ones: each journal once for ever (unique)."""
    BooksException.objects.bulk_create(
        BooksException(
            closing=closing,
            concerns_id=change.concerns,
            journal=change.journal,
            kind=change.kind,
            payment=change.payment,
            happened_at=change.happened_at,
            currency=change.currency,
            amount_minor=change.amount_minor,
            tax_minor=change.tax_minor,
        )
        for change in changes
    )


def _changed() -> Refused:
    return Refused(
        "books_changed",
        "Something was booked in this period since you looked. Nothing was closed: look again.",
        status=409,
    )
