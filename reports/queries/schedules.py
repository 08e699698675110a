"""Schedules of a client and what they made, scoped by actor; who may be sent files; what a link opens."""

from hashlib import sha256
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from base.core.errors import Refused
from base.ids import database_now
from merchants.core.roles import Action, roles_for
from merchants.models import Membership, Merchant
from merchants.queries import Actor, not_found
from people.models import User
from reports.models import Export, FileLink, Schedule, ScheduledRun
from reports.queries.books import client_for

UNDER_WAY = (Export.State.QUEUED, Export.State.BUILDING)


def readers_of(merchant: Merchant) -> list[Membership]:
    """The people of a shop who may take its books away, oldest membership first; one query."""
    rows = may_read(merchant.memberships.all()).select_related("person")
    return list(rows.order_by("id"))


def may_read(memberships: QuerySet[Membership]) -> QuerySet[Membership]:
    """Those of them that allow it today."""
    return memberships.filter(ended_at=None, person__is_active=True, role__in=roles_for(Action.EXPORT))


def schedules_of(merchant: Merchant) -> list[Schedule]:
    """The schedules that are not deleted, oldest first, with their readers; three queries."""
    rows = Schedule.objects.filter(merchant=merchant, ended_at=None).order_by("id")
    return list(rows.prefetch_related(Prefetch("readers", Membership.objects.select_related("person"))))


def schedule_for(actor: Actor, merchant_id: UUID, schedule_id: UUID) -> Schedule:
    """One of them; two queries. Refused not_found (404)."""
    merchant = client_for(actor, merchant_id)
    schedule = Schedule.objects.filter(pk=schedule_id, merchant=merchant, ended_at=None).first()
    if schedule is None:
        raise not_found()
    return schedule


def runs_of(merchant: Merchant, *, limit: int = 24) -> list[ScheduledRun]:
    """What was made lately, newest first, also by deleted schedules; three queries."""
    links = FileLink.objects.select_related("membership__person").order_by("id")
    rows = ScheduledRun.objects.filter(schedule__merchant=merchant).select_related("schedule")
    return list(rows.order_by("-id").prefetch_related("exports", Prefetch("links", links))[:limit])


def link_by_token(actor: User, token: str) -> FileLink:
    """What a mailed link opens for the one to whom it was sent; one query.

    Refused link_closed (404), the same for each: no such link, another's, or no longer at the shop; and
    link_over (410) for the addressee alone, once its time is over.
    """
    link = (
        FileLink.objects.filter(
            token_sha256=sha256(token.encode()).digest(),
            membership__in=may_read(Membership.objects.filter(person=actor)),
        )
        .select_related("run__schedule__merchant", "membership__person")
        .first()
    )
    if link is None:
        raise Refused(
            "link_closed",
            "This link does not open here: it is cut short, or it was sent to somebody else. "
            "Sign in with the address of the mail, or find the files under Books.",
            status=404,
        )
    if link.expires_at <= database_now():
        raise Refused(
            "link_over",
            f"It opened for 14 days, until {link.expires_at:%-d %B %Y}. "
            f"The files of {link.run.period} are still in the books.",
            status=410,
            merchant=str(link.run.schedule.merchant_id),
        )
    return link
