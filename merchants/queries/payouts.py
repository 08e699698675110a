"""Who may be paid out, and where to: stops and bank accounts."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import F, Q

from merchants.models import BankAccount, Merchant, PayoutStop
from merchants.queries.operator import operator_for
from merchants.queries.shops import Actor, one


def bank_account_of(merchant: Merchant) -> BankAccount | None:
    """Where a merchant's money goes, if it has said so; one query."""
    return BankAccount.objects.filter(merchant=merchant, ended_at=None).first()


def payout_stop_of(merchant_id: UUID) -> PayoutStop | None:
    """What keeps a merchant from being paid out: its own stop, else the one of all; one query."""
    rows = PayoutStop.objects.filter(Q(merchant=merchant_id) | Q(merchant=None), lifted_at=None)
    return rows.order_by(F("merchant").asc(nulls_last=True)).first()


def payout_stops(actor: Actor) -> list[PayoutStop]:
    """The open stops, that of all first, then the newest; for operators. Two queries."""
    operator_for(actor)
    rows = PayoutStop.objects.filter(lifted_at=None).select_related("merchant", "stopped_by")
    return list(rows.order_by(F("merchant").asc(nulls_first=True), "-created_at"))


def payout_stop_for(actor: Actor, stop_id: UUID) -> PayoutStop:
    """One stop, open or lifted, for operators; two queries. Refused not_found (404)."""
    operator_for(actor)
    return one(PayoutStop.objects.select_related("merchant", "stopped_by").filter(pk=stop_id))


def merchants_among(ids: Iterable[UUID]) -> set[UUID]:
    """Which of these are merchants' ids; one query."""
    return set(Merchant.objects.filter(pk__in=list(ids)).values_list("pk", flat=True))
