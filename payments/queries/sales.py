"""A shop's sales by day, for its desk. A day is the local day of the branch where each payment was made.

Figures are after refunds and follow the sale: what goes back next week is taken off the day it was sold.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, F, Func, IntegerField, Prefetch, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from merchants import queries as shops
from merchants.core.roles import Action
from merchants.models import Merchant
from payments.models import Payment, Receipt, Refund
from payments.queries import payment_for
from people.models import User

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Figures:
    """One day in minor units. *_sold: as confirmed; the others are what is left after refunds."""

    payments: int
    sold_minor: int
    refunded_minor: int
    tax_sold_minor: int
    tax_minor: int
    tip_sold_minor: int
    tip_minor: int

    @property
    def taken_minor(self) -> int:
        return self.sold_minor - self.refunded_minor

    @property
    def average_minor(self) -> int:
        return self.sold_minor // self.payments if self.payments else 0


def shop_with_sales(actor: User, merchant_id: UUID) -> tuple[Merchant, str]:
    """The shop and the actor's role, for those who may see all its sales; two queries.

    A cashier sees the payments of a till, not the shop's: Refused not_found (404), as for a stranger.
    """
    merchant = shops.shop_for(actor, merchant_id, Action.SEE_SALES)
    role = shops.role_in(actor, merchant)
    if role == "cashier":
        raise shops.not_found()
    return merchant, role


def payment_of_shop(actor: User, merchant_id: UUID, payment_id: UUID, action: Action) -> tuple[Payment, str]:
    """One payment of this shop and the actor's role, for those who may see all its sales; four queries."""
    merchant, role = shop_with_sales(actor, merchant_id)
    payment = payment_for(actor, payment_id, action)
    if payment.merchant_id != merchant.pk:
        raise shops.not_found()
    return payment, role


def sold_on(merchant: Merchant, day: date) -> "QuerySet[Payment]":
    """The payments of a day, newest first, with what a row shows; two queries (zones; rows are lazy)."""
    rows = Payment.objects.filter(merchant=merchant).filter(_on(merchant, day, ""))
    receipts = Prefetch("receipts", Receipt.objects.order_by("number").defer("body"))
    return (
        rows.select_related("branch", "till", "code")
        .prefetch_related(receipts)
        .order_by("-happened_at", "-id")
    )


def figures_of(merchant: Merchant, day: date) -> Figures:
    """The sums of a day; three queries."""
    sold = sold_on(merchant, day).aggregate(
        payments=Count("id"),
        total=Coalesce(Sum("total_minor"), 0),
        refunded=Coalesce(Sum("refunded_minor"), 0),
        tax=Coalesce(Sum("tax_minor"), 0),
        tip=Coalesce(Sum("tip_minor"), 0),
    )
    back = Refund.objects.filter(merchant=merchant, state=Refund.State.POSTED)
    gone = back.filter(_on(merchant, day, "payment__")).aggregate(
        tax=Coalesce(Sum("tax_minor"), 0), tip=Coalesce(Sum("tip_minor"), 0)
    )
    return Figures(
        payments=sold["payments"],
        sold_minor=sold["total"],
        refunded_minor=sold["refunded"],
        tax_sold_minor=sold["tax"],
        tax_minor=sold["tax"] - gone["tax"],
        tip_sold_minor=sold["tip"],
        tip_minor=sold["tip"] - gone["tip"],
    )


def by_hour(merchant: Merchant, day: date) -> dict[int, int]:
    """Local hour -> minor units taken, after refunds, for the hours in which something was sold."""
    local = Func(F("branch__time_zone"), F("happened_at"), function="timezone")
    hour = Func(local, template="EXTRACT(hour FROM %(expressions)s)::int", output_field=IntegerField())
    rows = sold_on(merchant, day).order_by().values(hour=hour)
    return dict(rows.values_list("hour", Sum(F("total_minor") - F("refunded_minor"))))


def today_of(merchant: Merchant, now: datetime) -> date:
    """The local day at the shop's first branch; UTC's day for a shop that has none. One query."""
    zone = merchant.branches.order_by("id").values_list("time_zone", flat=True).first()
    return now.astimezone(ZoneInfo(zone or "UTC")).date()


def last_day_before(merchant: Merchant, day: date) -> date | None:
    """The last day up to `day` on which something was sold; one query."""
    rows = Payment.objects.filter(merchant=merchant, happened_at__lt=_midnight(day + 2 * _DAY, "UTC"))
    last = rows.select_related("branch").order_by("-happened_at").first()
    return last.happened_at.astimezone(ZoneInfo(last.branch.time_zone)).date() if last else None


def _on(merchant: Merchant, day: date, prefix: str) -> Q:
    """Payments of a local day, half-open, each branch by its own clock."""
    found = Q(pk__in=[])
    for zone in set(merchant.branches.values_list("time_zone", flat=True)):
        found |= Q(
            **{
                f"{prefix}branch__time_zone": zone,
                f"{prefix}happened_at__gte": _midnight(day, zone),
                f"{prefix}happened_at__lt": _midnight(day + _DAY, zone),
            }
        )
    return found


def _midnight(day: date, zone: str) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))
