"""Reads of shifts: the open one of a till, Z reports of a till or a shop, and the report as of now.

A till's shifts are for whoever may work there, a shop's for those who may see all its sales.
"""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet

from merchants import queries as shops
from merchants.core.roles import Action, allowed
from merchants.models import Merchant, TaxProfile, Till
from payments.core import z_report
from payments.core.receipt import Seller
from payments.core.z_report import Drawer, ShiftReport
from payments.models import Shift, ZCounter
from payments.queries.sales import shop_with_sales
from payments.queries.shift_figures import figures_of
from people.models import User
from wallets.core.money import exponent


def open_shift_at(till: Till) -> Shift | None:
    """The till's open shift, with its holder; one query."""
    return _with_people().filter(till=till, closed_at=None).first()


def shift_at_till(actor: User, till_id: UUID, shift_id: UUID) -> tuple[Till, Shift]:
    """A shift of this till, for those who may work there; two queries. Refused not_found (404)."""
    till = shops.till_for(actor, till_id, Action.CHARGE)
    return till, _one(_with_people().filter(till=till, pk=shift_id))


def shift_of_shop(actor: User, merchant_id: UUID, shift_id: UUID) -> tuple[Merchant, str, Shift]:
    """A closed shift of any till of the shop, and the actor's role there; three queries."""
    merchant, role = shop_with_sales(actor, merchant_id)
    return merchant, role, _one(_closed().filter(till__branch__merchant=merchant, pk=shift_id))


def z_reports_at(till: Till) -> "QuerySet[Shift]":
    """The closed shifts of a till that the actor may see, newest first."""
    return _closed().filter(till=till).order_by("-number")


def z_reports_of(merchant: Merchant) -> "QuerySet[Shift]":
    """The closed shifts of all tills of a shop that the actor may see, newest first."""
    return _closed().filter(till__branch__merchant=merchant).order_by("-closed_at", "-id")


def may_close(actor: User, shift: Shift, merchant: Merchant) -> bool:
    """Whoever holds the shift closes it and moves its cash; managers and owners, any. One query at most."""
    return shift.holder_id == actor.pk or allowed(shops.role_in(actor, merchant), Action.MANAGE_SHOP)


def drawer_of(shift: Shift) -> Drawer:
    """The cash of a shift and all that moved it, oldest first; one query."""
    moves = shift.cash_moves.order_by("happened_at", "id")
    return Drawer(
        float_minor=shift.float_minor,
        moves=tuple(
            z_report.CashMove(move.kind, move.amount_minor, move.reason, move.person_id, move.happened_at)
            for move in moves
        ),
    )


def report_of(shift: Shift, till: Till) -> ShiftReport:
    """What the Z report would say now; nine queries. till: with its branch and merchant."""
    branch, merchant = till.branch, till.branch.merchant
    profile = TaxProfile.objects.filter(merchant=merchant).only("tax_number").first()
    hand_overs = shift.hand_overs.order_by("happened_at", "id")
    before = ZCounter.objects.filter(till=till).values_list("last", flat=True).first()
    return ShiftReport(
        shift=shift.pk,
        till=till.pk,
        shop=Seller(
            merchant=merchant.pk,
            legal_name=merchant.legal_name,
            trade_name=merchant.trade_name,
            tax_number=profile.tax_number if profile else "",
            branch=branch.name,
            place=branch.place,
            country=branch.country,
            region=branch.region,
            time_zone=branch.time_zone,
            till=till.name,
        ),
        currency=shift.currency,
        minor_units=exponent(shift.currency),
        opened_by=shift.opened_by_id,
        opened_at=shift.opened_at,
        holder=shift.holder_id,
        figures=figures_of(shift.pk),
        drawer=drawer_of(shift),
        number_before=before or 0,
        hand_overs=tuple(
            z_report.HandOver(each.giver_id, each.taker_id, each.happened_at, each.counted_minor)
            for each in hand_overs
        ),
    )


def names_of(people: Iterable[UUID]) -> dict[str, str]:
    """What colleagues call each other: the name, else the address up to its @. By id as text; one query."""
    rows = User.objects.filter(pk__in=set(people)).values_list("pk", "name", "email")
    return {str(person): name or email.partition("@")[0] for person, name, email in rows}


def _one(rows: "QuerySet[Shift]") -> Shift:
    shift = rows.first()
    if shift is None:
        raise shops.not_found()
    return shift


def _with_people() -> "QuerySet[Shift]":
    return Shift.objects.select_related("opened_by", "holder", "closed_by")


def _closed() -> "QuerySet[Shift]":
    return _with_people().filter(closed_at__isnull=False).select_related("till__branch")
