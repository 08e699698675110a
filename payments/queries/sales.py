"""A shop's sales by day, for its desk. A day is the local day of the branch where each payment was made.

Figures are after refunds and follow the sale: what goes back next week is taken off the day it was sold, and
provisional tax that is corrected next week is right on that day too.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, F, Func, IntegerField, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from merchants import queries as shops
from merchants.core.roles import Action
from merchants.models import Merchant
from payments.models import Payment, Refund
from payments.queries import payment_for
from payments.queries.till import RECEIPTS
from people.models import User

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ShopDay:
    """One local day of a shop. zones: the time zones of its branches, as `zones_of` gives them."""

    merchant: Merchant
    day: date
    zones: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """One day in minor units. *_sold: before refunds; the others are what is left after them.

    Tax is that of the sales as it was corrected. provisional: how many sales may still be corrected.
    """

    payments: int
    sold_minor: int
    refunded_minor: int
    tax_sold_minor: int
    tax_minor: int
    provisional: int
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


def zones_of(merchant: Merchant) -> tuple[str, ...]:
    """The time zones of a shop's branches, the first branch's first; one query."""
    return tuple(dict.fromkeys(merchant.branches.order_by("id").values_list("time_zone", flat=True)))


def today_of(zones: tuple[str, ...], now: datetime) -> date:
    """The local day at the shop's first branch; UTC's day for a shop that has none."""
    return now.astimezone(ZoneInfo(zones[0] if zones else "UTC")).date()


def sold_on(shop: ShopDay) -> "QuerySet[Payment]":
    """The payments of a day, newest first, with what a row shows; two queries when it is read."""
    return (
        Payment.objects.filter(_on(shop, ""), merchant=shop.merchant)
        .select_related("branch", "till", "code", "correction")
        .prefetch_related(RECEIPTS)
        .order_by("-happened_at", "-id")
    )


def figures_of(shop: ShopDay) -> Figures:
    """The sums of a day; two queries."""
    sold = sold_on(shop).aggregate(
        payments=Count("id"),
        total=Coalesce(Sum("total_minor"), 0),
        refunded=Coalesce(Sum("refunded_minor"), 0),
        tax=Coalesce(Sum("tax_minor"), 0),
        corrected=Coalesce(Sum(F("correction__tax_minor") - F("correction__tax_before_minor")), 0),
        provisional=Count("id", filter=Q(provisional=True)),
        tip=Coalesce(Sum("tip_minor"), 0),
    )
    tax = sold["tax"] + sold["corrected"]
    back = Refund.objects.filter(_on(shop, "payment__"), merchant=shop.merchant, state=Refund.State.POSTED)
    gone = back.aggregate(tax=Coalesce(Sum("tax_minor"), 0), tip=Coalesce(Sum("tip_minor"), 0))
    return Figures(
        payments=sold["payments"],
        sold_minor=sold["total"],
        refunded_minor=sold["refunded"],
        tax_sold_minor=tax,
        tax_minor=tax - gone["tax"],
        provisional=sold["provisional"],
        tip_sold_minor=sold["tip"],
        tip_minor=sold["tip"] - gone["tip"],
    )


def by_hour(shop: ShopDay) -> dict[int, int]:
    """Local hour -> minor units taken, after refunds, where something was sold; one query."""
    local = Func(F("branch__time_zone"), F("happened_at"), function="timezone")
    hour = Func(local, template="EXTRACT(hour FROM %(expressions)s)::int", output_field=IntegerField())
    rows = sold_on(shop).order_by().values(hour=hour)
    taken = rows.annotate(taken=Sum(F("total_minor") - F("refunded_minor")))
    return {row["hour"]: row["taken"] for row in taken}


def last_day_before(merchant: Merchant, day: date) -> date | None:
    """The last day up to `day` on which something was sold; one query."""
    rows = Payment.objects.filter(merchant=merchant, happened_at__lt=_midnight(day + 2 * _DAY, "UTC"))
    last = rows.select_related("branch").order_by("-happened_at").first()
    return last.happened_at.astimezone(ZoneInfo(last.branch.time_zone)).date() if last else None


def _on(shop: ShopDay, prefix: str) -> Q:
    """Payments of a local day, half-open, each branch by its own clock."""
    found = Q(pk__in=[])
    for zone in shop.zones:
        found |= Q(
            **{
                f"{prefix}branch__time_zone": zone,
                f"{prefix}happened_at__gte": _midnight(shop.day, zone),
                f"{prefix}happened_at__lt": _midnight(shop.day + _DAY, zone),
            }
        )
    return found


def _midnight(day: date, zone: str) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))
