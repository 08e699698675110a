"""What a shop may pay out, and what it has paid out: for its owners and accountants, 404 for all others."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet, Sum

from base.core.errors import Refused
from merchants import queries as shops
from merchants.core.roles import Action
from merchants.models import BankAccount, Merchant
from payments.core import payouts
from payments.core.payouts import Order, Part
from payments.models import Payment, Payout
from payments.queries.fences import accounts_of, fenced_of
from people.models import User
from wallets.core.chart import AccountName


@dataclass(frozen=True, slots=True)
class ToPayOut:
    """What a shop's page says of its money, in minor units.

    free: what can leave now, by account. fenced: tax that stays until it is filed, by account.
    promised_minor: confirmed by payers, but not settled yet.
    """

    currency: str
    free: tuple[Part, ...]
    fenced: tuple[Part, ...]
    promised_minor: int

    @property
    def total_minor(self) -> int:
        return sum(part.amount_minor for part in self.free)

    @property
    def fenced_minor(self) -> int:
        return sum(part.amount_minor for part in self.fenced)

    def of(self, kind: str) -> int:
        return sum(part.amount_minor for part in self.free if part.kind == kind)


def free_to_pay_out(merchant: Merchant, currency: str) -> tuple[Part, ...]:
    """What may leave now, in the order in which it is taken; five queries at most.

    Who orders a payout holds the merchant's row, so the modes are those of this moment (`set_tax_mode`).
    """
    accounts = accounts_of(merchant, currency)
    return payouts.to_pay_out(accounts, fenced=fenced_of(merchant, accounts))


def money_of(merchant: Merchant) -> ToPayOut:
    """The same with what stays and what is still to come; six queries at most."""
    accounts = accounts_of(merchant, merchant.currency)
    stays = fenced_of(merchant, accounts)
    promised = Payment.objects.filter(merchant=merchant, state=Payment.State.PROMISED)
    return ToPayOut(
        currency=merchant.currency,
        free=payouts.to_pay_out(accounts, fenced=stays),
        fenced=stays,
        promised_minor=promised.aggregate(total=Sum("total_minor"))["total"] or 0,
    )


def check_may_pay_out(merchant: Merchant) -> BankAccount:
    """Where the money of this merchant goes, if it may go at all; three queries at most.

    Refused, 409: shop_frozen, shop_rejected, shop_not_reviewed, payouts_stopped, bank_account_missing.
    """
    shops.check_open(merchant)
    if merchant.review != Merchant.Review.REVIEWED:
        raise Refused("shop_not_reviewed", "An operator looks at the shop before money leaves.", status=409)
    check_not_stopped(merchant.pk)
    account = shops.bank_account_of(merchant)
    if account is None:
        raise Refused("bank_account_missing", "Say first which bank account it should go to.", status=409)
    return account


def check_not_stopped(merchant_id: UUID) -> None:
    """Whether money may leave at all; one query. Refused: payouts_stopped 409."""
    if shops.payout_stop_of(merchant_id) is not None:
        raise Refused(
            "payouts_stopped",
            "Payouts are paused, and we are looking into it. Your money is safe.",
            status=409,
        )


def order_of(payout: Payout) -> Order:
    """A payout's row and parts as the core knows it; one query. Needs the payout's bank account."""
    parts = payout.parts.order_by("place").values_list("account", "amount_minor")
    return Order(
        payout=payout.pk,
        merchant=payout.merchant_id,
        currency=payout.currency,
        rail=payout.rail,
        parts=tuple(
            Part(AccountName(code, payout.currency, True, payout.merchant_id), amount_minor)
            for code, amount_minor in parts
        ),
        shown=payout.bank_account.shown,
        holder=payout.bank_account.holder,
        happened_at=payout.happened_at,
    )


def payouts_of(actor: User, merchant_id: UUID) -> "QuerySet[Payout]":
    """A shop's payouts, newest first; one query for the right, one for the rows."""
    merchant = shops.shop_for(actor, merchant_id, Action.SEE_PAYOUTS)
    return Payout.objects.filter(merchant=merchant).select_related("bank_account").order_by("-id")


def payout_for(actor: User, merchant_id: UUID, payout_id: UUID) -> Payout:
    """One payout of a shop; two queries."""
    rows = payouts_of(actor, merchant_id).select_related("bank_account", "ordered_by")
    payout = rows.filter(pk=payout_id).first()
    if payout is None:
        raise shops.not_found()
    return payout
