"""Reads of an order's money: the payments that count for it, and those that might."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from merchants.models import QrCode, Till
from payments.core.order_money import Came, OrderMoney
from payments.models import Payment, Rest
from payments.queries.till import sale_of_code

# A customer who paid the poster in place of the order stands at the counter still.
LATELY = timedelta(minutes=60)
MOST = 8


@dataclass(frozen=True, slots=True)
class Order:
    """An order with the payments that count for it, oldest first."""

    code: QrCode
    payments: tuple[Payment, ...]
    money: OrderMoney


def root_of(code: QrCode) -> QrCode:
    """The order that this code asks the rest of; the code itself where it is no rest. One query."""
    rest = Rest.objects.filter(code=code).select_related("order").first()
    return code if rest is None else rest.order


def order_of(code: QrCode) -> Order:
    """What came for an order: its own payment, matched ones, those of its rests; up to three queries."""
    counts = Q(one_time_code=code) | Q(match__order=code) | Q(one_time_code__rest__order=code)
    payments = tuple(Payment.objects.filter(counts).select_related("code").order_by("id"))
    return Order(code, payments, OrderMoney(sale_of_code(code).gross_minor, _came(payments)))


def match_of(payment: Payment) -> UUID | None:
    """The order that a payment was matched to; one query."""
    order: UUID | None = Payment.objects.filter(pk=payment.pk).values_list("match__order", flat=True).first()
    return order


def unmatched_at(till: Till, *, at: datetime) -> list[Payment]:
    """Payments by printed codes of the last hour that count for no order yet, newest first; one query."""
    rows = Payment.objects.filter(
        Q(till=till.pk) | Q(till=None),
        branch=till.branch_id,
        one_time_code=None,
        match=None,
        happened_at__gt=at - LATELY,
    )
    return list(rows.select_related("code").order_by("-happened_at", "-id")[:MOST])


def unpaid_at(till: Till, *, at: datetime) -> list[QrCode]:
    """Orders of the last hour that nothing has come for, newest first; one query."""
    rows = QrCode.objects.filter(
        till=till.pk,
        kind=QrCode.Kind.ONE_TIME,
        created_at__gt=at - LATELY,
        paid_by=None,
        matches=None,
        rest=None,
    )
    return list(rows.select_related("merchant__tax_profile", "branch", "till").order_by("-created_at")[:MOST])


def _came(payments: Iterable[Payment]) -> tuple[Came, ...]:
    return tuple(Came(each.total_minor, each.tip_minor, each.refunded_minor) for each in payments)
