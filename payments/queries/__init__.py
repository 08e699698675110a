"""Reads of payments: what a scan would cost, what a person paid, what a shop took.

Every read is scoped: by the payer, or by `merchants.queries` for people of a shop.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Exists, F, OuterRef, QuerySet

from base.core.errors import Refused
from merchants import queries as shops
from merchants.core.roles import Action
from merchants.models import QrCode, TaxProfile
from payments.core.confirmation import Shown
from payments.core.exchange import Agreed
from payments.core.pricing import StoredPart, lines_of, price_lines, price_open
from payments.models import Payment, Receipt, SaleLine, Session
from payments.queries.exchange import agreed_of
from people.models import User
from taxes.core.lines import TaxedLine, TaxedSale
from taxes.core.rates import OwnRate, Treatment, place_of
from taxes.queries import taxes_on
from wallets.core.limits import Caps, caps

# Somebody who pays the same sum twice within this time has most likely pressed twice, or was not sure.
AGAIN = timedelta(minutes=10)
NOT_FOUND = "There is nothing here that you may see."


@dataclass(frozen=True, slots=True)
class Quote:
    """What a session would charge at one moment. Amounts in minor units of `currency`.

    exchange: what the payer gives for it, where that is another currency.
    """

    session: Session
    payee: shops.Payee
    sale: TaxedSale
    currency: str
    place: str
    prices_include_tax: bool
    rounding: str
    caps: Caps
    provisional: bool = False
    exchange: Agreed | None = None

    @property
    def tip_minor(self) -> int:
        return self.session.tip_minor

    @property
    def total_minor(self) -> int:
        return self.sale.gross_minor + self.session.tip_minor

    @property
    def pay_currency(self) -> str:
        return self.exchange.payer_currency if self.exchange else self.currency

    @property
    def pay_minor(self) -> int:
        """What leaves the payer's wallet, in minor units of `pay_currency`."""
        return self.exchange.payer_minor if self.exchange else self.total_minor

    def shown_to(self, person_id: UUID) -> Shown:
        """What the confirmation is bound to."""
        return Shown(
            pay_currency=self.exchange.payer_currency if self.exchange else "",
            payer_minor=self.exchange.payer_minor if self.exchange else 0,
            quoted_at=self.exchange.quoted_at if self.exchange else None,
            session=self.session.pk,
            version=self.session.version,
            person=person_id,
            merchant=self.session.merchant_id,
            currency=self.currency,
            sale_minor=self.sale.gross_minor,
            tip_minor=self.session.tip_minor,
        )


def session_for(session_id: UUID, *, person_id: UUID | None, scanned: bool) -> Session:
    """A session for its payer, or for the browser that scanned it while nobody has signed in."""
    session = _sessions().filter(pk=session_id).first()
    if session is None or not (session.person_id == person_id if session.person_id else scanned):
        raise Refused("not_found", NOT_FOUND, status=404)
    return session


def _sessions() -> "QuerySet[Session]":
    return Session.objects.select_related(
        "code__merchant__tax_profile", "code__branch", "code__till", "merchant", "scanned"
    )


def quote_of(session: Session, *, at: datetime) -> Quote:
    """What this session would charge now; refused when it cannot be paid (any more).

    Raises what `check_payable` and `agreed_of` raise, and Refused("amount_missing", 409) for an open code
    whose payer has not typed an amount yet.
    """
    code = session.code
    profile = check_payable(code, at=at)
    if code.kind == QrCode.Kind.STATIC and session.typed_minor is None:
        raise Refused("amount_missing", "Type the amount first.", status=409)
    merchant, branch = code.merchant, code.branch
    treatments = treatments_of(code, at=at)
    if code.kind == QrCode.Kind.STATIC:
        assert session.typed_minor is not None
        label = code.label or merchant.trade_name
        sale = price_open(
            session.typed_minor, label, code.category, treatments[code.category], profile.rounding
        )
    else:
        sale = price_lines(
            code.lines, treatments, inclusive=profile.prices_include_tax, policy=profile.rounding
        )
    return Quote(
        session=session,
        payee=shops.payee_of(merchant, branch),
        sale=sale,
        currency=merchant.currency,
        place=place_of(branch.country, branch.region),
        prices_include_tax=code.kind == QrCode.Kind.STATIC or profile.prices_include_tax,
        rounding=profile.rounding,
        caps=caps(merchant.currency, reviewed=merchant.review == "reviewed"),
        provisional=profile.provisional,
        exchange=agreed_of(
            session, currency=merchant.currency, total_minor=sale.gross_minor + session.tip_minor
        ),
    )


def check_payable(code: QrCode, *, at: datetime) -> TaxProfile:
    """Refuse what must not be paid: each reason has its own code, and nothing was taken."""
    shop = code.merchant.trade_name
    if code.merchant.frozen_at is not None or code.merchant.review == "rejected":
        raise Refused("shop_stopped", f"{shop} cannot take payments at the moment.", status=403)
    if code.state == QrCode.State.RETIRED:
        raise Refused(
            "code_retired", f"{shop} no longer uses this code. Ask for the new one.", status=410, shop=shop
        )
    if code.expires_at is not None and code.expires_at <= at:
        raise Refused(
            "code_expired",
            f"This code of {shop} has run out. Ask for a new one.",
            status=410,
            shop=shop,
            kind=code.kind,
        )
    if code.is_used_up:
        raise Refused(
            "code_used_up",
            f"This code of {shop} has taken all its payments. Nothing was taken. Ask for a new one.",
            status=410,
            shop=shop,
        )
    # One to one: absent is an AttributeError. Callers load it with the merchant (`select_related`).
    profile: TaxProfile | None = getattr(code.merchant, "tax_profile", None)
    if profile is None:
        raise Refused("tax_profile_missing", f"{shop} cannot take payments yet.", status=409)
    return profile


def treatments_of(
    code: QrCode, *, at: datetime, own: Sequence[OwnRate] | None = None
) -> dict[str, Treatment]:
    """How each category of a code is taxed in its place, on the branch's local day.

    own: the merchant's own rates, where the caller has read them for many codes.
    """
    branch = code.branch
    day = at.astimezone(ZoneInfo(branch.time_zone)).date()
    own = shops.own_rates_of(code.merchant) if own is None else own
    categories = {code.category} if code.category else {line["category"] for line in code.lines}
    return {
        category: taxes_on(country=branch.country, region=branch.region, category=category, on=day, own=own)
        for category in categories
    }


def sale_lines_of(payments: Iterable[Payment]) -> dict[UUID, tuple[TaxedLine, ...]]:
    """The taxed lines of payments, as fixed at the confirm; one query. Not those of a later correction."""
    parts: dict[UUID, list[StoredPart]] = defaultdict(list)
    rows = SaleLine.objects.filter(payment__in=[payment.pk for payment in payments])
    rows = rows.exclude(correction_line__is_new=True)
    for row in rows.order_by("payment", "line", "part"):
        parts[row.payment_id].append(stored_part(row, row.net_minor, row.tax_minor))
    return {payment: lines_of(rows) for payment, rows in parts.items()}


def stored_part(row: SaleLine, net_minor: int, tax_minor: int) -> StoredPart:
    """A sale line's row as a part, with its own amounts or those of a refund of it."""
    return StoredPart(
        row.line, row.part, row.description, row.category, row.quantity, row.tax, row.rate, row.zero_reason,
        net_minor, tax_minor,
    )  # fmt: skip


def payments_of(actor: User, merchant_id: UUID) -> "QuerySet[Payment]":
    """A shop's payments, newest first, for those who may see its sales."""
    merchant = shops.shop_for(actor, merchant_id, Action.SEE_SALES)
    return (
        Payment.objects.filter(merchant=merchant)
        .select_related("branch", "till", "code")
        .order_by("-happened_at", "-id")
    )


def _again() -> Exists:
    """Whether the same payer has paid the same by a printed code minutes before; who it is stays unsaid."""
    before = Payment.objects.filter(
        person=OuterRef("person"),
        merchant=OuterRef("merchant"),
        total_minor=OuterRef("total_minor"),
        happened_at__lt=OuterRef("happened_at"),
        happened_at__gt=OuterRef("happened_at") - AGAIN,
        refunded_minor__lt=F("total_minor"),
        one_time_code=None,
    )
    return Exists(before)


def payments_at_till(actor: User, till_id: UUID, *, limit: int = 30) -> list[Payment]:
    """The newest payments of a till, and those of its branch's codes that name no till."""
    till = shops.till_for(actor, till_id, Action.CHARGE)
    # By the till too, which is one in each half: PostgreSQL does not see that where it is null.
    newest = (
        Payment.objects.filter(branch=till.branch_id).order_by("-till_id", "-happened_at", "-id").values("pk")
    )
    # Two ends of one index, whatever else the branch has taken.
    found = newest.filter(till=till.pk)[:limit].union(newest.filter(till=None)[:limit], all=True)
    rows = Payment.objects.filter(pk__in=found).select_related("code").annotate(is_again=_again())
    return list(rows.order_by("-happened_at", "-id")[:limit])


def same_again(session: Session, total_minor: int, *, at: datetime) -> Payment | None:
    """The payer's payment of the same sum to the same shop minutes before, if there is one; one query."""
    rows = Payment.objects.filter(
        person=session.person_id,
        merchant=session.merchant_id,
        total_minor=total_minor,
        happened_at__gt=at - AGAIN,
        refunded_minor__lt=F("total_minor"),
    )
    return rows.order_by("-happened_at").first()


def payment_for(actor: User, payment_id: UUID, action: Action) -> Payment:
    """One payment of a shop, for people of that shop whose role allows `action`."""
    payment = (
        Payment.objects.select_related("merchant", "branch", "till", "code", "exchange", "correction")
        .filter(pk=payment_id)
        .first()
    )
    if payment is None:
        raise Refused("not_found", NOT_FOUND, status=404)
    shops.shop_for(actor, payment.merchant_id, action)
    return payment


def receipt_for(actor: User, receipt_id: UUID) -> Receipt:
    """A receipt, for its payer and for those of the shop who may see its sales."""
    receipt = Receipt.objects.select_related("payment", "merchant").filter(pk=receipt_id).first()
    if receipt is None:
        raise Refused("not_found", NOT_FOUND, status=404)
    if receipt.payment.person_id != actor.pk:
        shops.shop_for(actor, receipt.merchant_id, Action.SEE_SALES)
    return receipt


def payer_of_code(code_id: UUID) -> tuple[UUID, UUID] | None:
    """The payment of a one-time code and its payer, once it is paid; one query."""
    return Payment.objects.filter(one_time_code=code_id).values_list("id", "person_id").first()
