"""What the accountant's desk shows: clients, a month's figures against the ledger, and its exports.

Every read takes an actor and is scoped by the role that may export, or takes a row that such a read gave.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from merchants.core.roles import Action, allowed
from merchants.models import Membership, Merchant
from merchants.queries import Actor, branches_of, not_found, shop_for, shops_of
from reports.core.periods import Period, month_of
from reports.core.totals import ExportDoesNotFoot, Sum, Totals, check_foots, total_up
from reports.models import Export
from reports.queries.ledger import movements_of
from reports.queries.rows import sums_of
from reports.queries.snapshot import snapshot
from wallets.models import Journal

NO_BRANCH_ZONE = "UTC"


@dataclass(frozen=True, slots=True)
class MonthFigures:
    """sums: a month's rows added up. differences: where the ledger disagrees, best none."""

    sums: list[Sum]
    totals: Totals
    differences: list[str]


def clients_of(actor: Actor) -> list[Membership]:
    """The businesses whose books this person may take away, by name; three queries."""
    mine = [member for member in shops_of(actor) if allowed(member.role, Action.EXPORT)]
    return sorted(mine, key=lambda member: member.merchant.trade_name.casefold())


def client_for(actor: Actor, merchant_id: UUID) -> Merchant:
    """One of them; one query. Refused not_found (404) for strangers and for roles that may not export."""
    return shop_for(actor, merchant_id, Action.EXPORT)


def merchant_named(text: str) -> Merchant | None:
    """By id or by exact trade name, for the operator's terminal; None if there is none or more than one."""
    try:
        wanted = Q(pk=UUID(text))
    except ValueError:
        wanted = Q(trade_name=text)
    found = list(Merchant.objects.filter(wanted)[:2])
    return found[0] if len(found) == 1 else None


def merchant_of(merchant_id: UUID) -> Merchant:
    """The row behind an id that a flow has been given."""
    return Merchant.objects.get(pk=merchant_id)


def zone_of(merchant: Merchant) -> str:
    """The clock of a business: its first branch's. Rows carry the zone of their own branch; two queries."""
    branches = branches_of(merchant)
    return branches[0].time_zone if branches else NO_BRANCH_ZONE


def month_to_show(merchant: Merchant, now: datetime, time_zone: str) -> Period:
    """The last finished month with trade, which is what is asked for; else the month we are in; one query."""
    current = month_of(now, time_zone)
    before = Journal.objects.filter(shard_key=merchant.pk, happened_at__lt=current.starts_at)
    last = before.order_by("-happened_at").values_list("happened_at", flat=True).first()
    return month_of(last, time_zone) if last else current


def month_figures(merchant: Merchant, period: Period) -> MonthFigures:
    """A period's figures and what the ledger says to them, in one snapshot."""
    with snapshot() as cursor:
        sums = sums_of(cursor, merchant.pk, period)
        movements = movements_of(cursor, merchant.pk, period)
    totals = total_up(sums)
    try:
        check_foots(totals, movements)
    except ExportDoesNotFoot as found:
        return MonthFigures(sums, totals, found.differences)
    return MonthFigures(sums, totals, [])


def exports_of(merchant: Merchant, *, limit: int = 24) -> list[Export]:
    """The newest exports of a business, with who asked for them and of which closing; one query."""
    rows = Export.objects.filter(merchant=merchant).select_related("requested_by", "closing")
    return list(rows.order_by("-created_at", "-id")[:limit])


def export_for(actor: Actor, merchant_id: UUID, export_id: UUID) -> Export:
    """A finished export of one's own client; two queries. Refused not_found (404) for everything else."""
    merchant = client_for(actor, merchant_id)
    export = Export.objects.filter(pk=export_id, merchant=merchant, state=Export.State.READY).first()
    if export is None:
        raise not_found()
    return export
