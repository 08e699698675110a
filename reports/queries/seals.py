"""Sealed periods as the desk shows them, and what a close would seal. Scoped as all of the desk is."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Min, Prefetch, QuerySet

from base.ids import database_now
from merchants.core.roles import Action, allowed
from merchants.models import Merchant
from merchants.queries import Actor, role_in, shop_for
from merchants.queries.shops import one
from payments.queries.waiting import waiting_in
from reports.core.periods import Period
from reports.core.seals import Figures, Waiting
from reports.core.totals import ExportDoesNotFoot, check_foots, total_up
from reports.models import BooksClosing, BooksException, BooksPeriod, BooksReopening, Export
from reports.queries.books import client_for, zone_of
from reports.queries.ledger import movements_of
from reports.queries.rows import sums_of
from reports.queries.seal_ledger import Change, changes_in, ledger_state
from reports.queries.snapshot import snapshot
from wallets.models import Journal


@dataclass(frozen=True, slots=True)
class SealedPeriod:
    """A period with its closings, newest first, and the request to open it again that waits, if any."""

    row: BooksPeriod
    closings: list[BooksClosing]
    asked: BooksReopening | None

    @property
    def last(self) -> BooksClosing:
        return self.closings[0]


def closer_for(actor: Actor, merchant_id: UUID) -> Merchant:
    """A client whose books this person may close. Refused not_found (404) for everybody else."""
    return shop_for(actor, merchant_id, Action.CLOSE_BOOKS)


def may_close(actor: Actor, merchant: Merchant) -> bool:
    return allowed(role_in(actor, merchant), Action.CLOSE_BOOKS)


def periods_of(merchant: Merchant) -> list[SealedPeriod]:
    """All periods of a client, newest first; three queries."""
    return [_sealed(row) for row in _rows().filter(merchant=merchant).order_by("-starts_at")]


def period_for(actor: Actor, merchant_id: UUID, period_id: UUID) -> SealedPeriod:
    """One of them. Refused not_found (404) for strangers and for roles that may not export."""
    merchant = client_for(actor, merchant_id)
    return _sealed(one(_rows().filter(merchant=merchant, pk=period_id)))


def last_period(merchant: Merchant) -> BooksPeriod | None:
    """Where the chain ends; one query."""
    return BooksPeriod.objects.filter(merchant=merchant).order_by("-starts_at").first()


def books_zone(merchant: Merchant) -> str:
    """The clock of the books: the last period's, so that the next one begins where it ended."""
    last = last_period(merchant)
    return last.time_zone if last else zone_of(merchant)


def as_period(row: BooksPeriod) -> Period:
    return Period(row.label, row.starts_at, row.ends_at, row.time_zone)


def figures_of(merchant: Merchant, period: Period) -> Figures:
    """What would be sealed, and what the ledger says to it, in one snapshot."""
    with snapshot() as cursor:
        sums = sums_of(cursor, merchant.pk, period)
        movements = movements_of(cursor, merchant.pk, period)
        ledger = ledger_state(cursor, merchant.pk, period)
    totals = total_up(sums)
    try:
        check_foots(totals, movements)
    except ExportDoesNotFoot as found:
        return Figures(sums, totals, ledger, found.differences)
    return Figures(sums, totals, ledger, [])


def trade_before(merchant: Merchant, period: Period) -> datetime | None:
    """When anything was first booked, if that was before this period; one query."""
    earlier = Journal.objects.filter(shard_key=merchant.pk, happened_at__lt=period.starts_at)
    return earlier.aggregate(first=Min("happened_at"))["first"]


def waiting_for(merchant: Merchant, period: Period) -> Waiting:
    """What is still to be booked in it; two queries."""
    return Waiting(*waiting_in(merchant.pk, period.starts_at, period.ends_at))


def changes_to_come(merchant: Merchant, period: Period) -> list[Change]:
    """What closing this period would list as exceptions; two queries."""
    row = BooksPeriod.objects.filter(merchant=merchant, starts_at=period.starts_at).first()
    last = row.closings.order_by("-number").first() if row else None
    return changes_in(
        merchant.pk,
        period.starts_at,
        period.ends_at,
        own=row.pk if row else None,
        since=last.closed_at if last else None,
    )


def changes_so_far(merchant: Merchant, last_end: datetime) -> list[Change]:
    """Since the last closed period: what the next one will list, if it were closed now."""
    return changes_in(merchant.pk, last_end, database_now(), own=None, since=None)


def exceptions_of(period: BooksPeriod) -> list[BooksException]:
    """What this period lists as changes of earlier ones, in the order in which it happened; one query."""
    rows = BooksException.objects.filter(closing__period=period).select_related("concerns", "closing")
    return list(rows.order_by("happened_at", "journal"))


def files_of(period: BooksPeriod) -> list[Export]:
    """The kept files of all its closings, the newest closing first; one query."""
    rows = Export.objects.filter(closing__period=period).select_related("closing", "requested_by")
    return list(rows.order_by("-closing__number", "name", "id"))


def _rows() -> "QuerySet[BooksPeriod]":
    closings = BooksClosing.objects.order_by("-number").select_related("closed_by", "filing__filed_by")
    asked = BooksReopening.objects.filter(state=BooksReopening.State.ASKED).select_related("asked_by")
    return BooksPeriod.objects.select_related(
        "merchant", "reopening__asked_by", "reopening__agreed_by"
    ).prefetch_related(Prefetch("closings", closings), Prefetch("reopenings", asked))


def _sealed(row: BooksPeriod) -> SealedPeriod:
    asked = next(iter(row.reopenings.all()), None)
    return SealedPeriod(row, list(row.closings.all()), asked)
