"""Write a promised payment: the hold and everything that stands behind it, in one statement.

What settling will write is fixed here (the entries with the hold, the receipt without its number), so
that settlement is set-wise and nothing that changes later changes what was agreed. Look and decide come
before; `payments/sql/payments_promise.sql` locks, compares what may have changed meanwhile, and writes.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.db import DatabaseError, connection

from base.core.errors import Refused
from base.ids import new_id
from merchants.models import QrCode
from payments.core import journals, receipt
from payments.core.exchange import Agreed
from payments.core.fees import sale_fee
from payments.core.pricing import StoredPart, parts_of
from payments.core.splits import Share
from payments.flows.announce import audience, payload
from payments.flows.check_caps import check_caps, over_day
from payments.flows.look import Seen
from payments.flows.write_paper import write_paper
from payments.models import Payment
from payments.models.due import lane_of
from payments.queries import Quote
from payments.queries.splits import shares_of
from people.flows.check_pin import RightPin, pin_blocked
from wallets.core import chart
from wallets.core.ledger import Leg, check_legs
from wallets.core.limits import check_spending, limits, over_limit, small
from wallets.flows.hold import not_held
from wallets.flows.open_account import open_account, wallet_of

# Forgiven first, and with what is refused; only what fails takes it back.
_WRITE = """
SELECT CASE WHEN people_forgive_pin(%s, %s, %s, %s) THEN payments_promise(%s::jsonb) ELSE 'pin_blocked' END
"""
_WRITE_SMALL = "SELECT payments_promise(%s::jsonb)"
# Nothing was written: look again, or read what the key's first request was told.
CHANGED, KNOWN = "changed", "known"
# Nothing was written either: while it was decided, the books of its moment were closed. A new look is later.
CLOSED = "closed"
_BOOKS_CLOSED = "QT040"
_PART = tuple(field.name for field in fields(StoredPart))
_COLUMNS = [field for field in Payment._meta.concrete_fields if field.name != "created_at"]


@dataclass(frozen=True, slots=True)
class ShowingYes:
    """The yes to a small amount that a person gave by opening a showing with the PIN."""

    person: UUID
    showing: UUID


def promise(
    *, seen: Seen, quote: Quote, right: RightPin | ShowingYes, when: datetime, key: Mapping[str, str]
) -> tuple[Payment, str]:
    """Promise what was seen; the payment, and "promised"; or CHANGED, CLOSED or KNOWN: nothing was written.

    right: the payer's PIN, forgiven by the same statement; or a showing's yes, counted by it. key: scope, key
    and fingerprint of the request. Refused: balance_too_low, wallet_frozen, over_cap, over_limit, pin_blocked
    (all as `confirm` says); over_small 409, where a showing's yes does not go so far.
    """
    person_id = right.person
    most_static = check_caps(quote=quote)
    wallet_id = seen.wallet or wallet_of(person_id=person_id)
    payment = _payment(quote, person_id, wallet_id, when)
    if seen.residence is not None:
        # For the reports on payments between countries: tax and rate never look at it.
        payment.payer_country, payment.payer_country_source = seen.residence
        payment.cross_border = seen.residence.country != payment.branch.country
    if isinstance(right, ShowingYes):
        payment.showing_id = right.showing
    shares = shares_of(payment, net_minor=quote.sale.net_minor)
    legs = journals.sale_legs(_parts(payment, quote, shares))
    check_legs(legs)
    wish = {
        "payment": {field.column: getattr(payment, field.attname) for field in _COLUMNS},
        "version": quote.session.version,
        "counted": quote.session.code.most_uses is not None,
        "lines": [_line(payment, part) for part in parts_of(quote.sale.lines)],
        "due": _due(payment, quote),
        "shares": [_share(payment, share) for share in shares],
        "event": _event(payment),
        "key": {**key, "answer": {"payment": payment.pk}},
        "exchange": _exchange(payment, quote.exchange),
        "hold": _hold(payment, quote, legs, seen.tier),
        "most_static": most_static,
        "review": payment.merchant.review,
        "tier": seen.tier,
        "small": asdict(small(payment.currency)) if payment.showing_id else None,
    }
    outcome = _write(right, wish)
    if outcome == "unopened":
        open_account(names=[leg.account for leg in legs])
        outcome = _write(right, wish)
    if outcome in ("promised", CHANGED, CLOSED, KNOWN):
        return payment, outcome
    raise _refused(outcome, payment=payment, quote=quote, tier=seen.tier)


def _write(right: RightPin | ShowingYes, wish: Mapping[str, Any]) -> str:
    text = json.dumps(wish, default=str)
    try:
        with connection.cursor() as cursor:
            if isinstance(right, ShowingYes):
                cursor.execute(_WRITE_SMALL, [text])
            else:
                cursor.execute(_WRITE, [right.person, right.salt, right.key_id, right.mac, text])
            outcome: str = cursor.fetchone()[0]
    except DatabaseError as error:
        if getattr(error.__cause__, "sqlstate", None) != _BOOKS_CLOSED:
            raise
        return CLOSED
    return outcome


def _refused(outcome: str, *, payment: Payment, quote: Quote, tier: str) -> Refused:
    """The no of the write, with what the payer can do about it."""
    day = _day(payment)
    if outcome == "pin_blocked":
        return pin_blocked()
    if outcome == "over_small":
        return Refused("over_small", "This amount asks for the PIN. Nothing was taken.", status=409)
    if outcome == "over_cap":
        return over_day(quote)
    if outcome in ("over_month", "over_day"):
        return over_limit(outcome.removeprefix("over_"), tier=tier, currency=quote.pay_currency, day=day)
    payer = chart.customer(payment.wallet, quote.pay_currency)
    return not_held(outcome, account=payer, amount_minor=quote.pay_minor)


def _day(payment: Payment) -> date:
    return payment.happened_at.astimezone(UTC).date()


def _hold(payment: Payment, quote: Quote, legs: Sequence[Leg], tier: str) -> dict[str, Any]:
    """What is held, and what the wallet may spend, in its own currency. Refused: over_limit, for it alone."""
    total, currency, day = quote.pay_minor, quote.pay_currency, _day(payment)
    check_spending(
        tier=tier, currency=currency, amount_minor=total, day_minor=total, month_minor=total, day=day
    )
    most = limits(currency, tier=tier)
    return {
        "payer": chart.customer(payment.wallet, currency).code,
        "currency": currency,
        "amount": total,
        "codes": [leg.account.code for leg in legs],
        "amounts": [leg.amount_minor for leg in legs],
        "day": day,
        "most_day": most.day,
        "most_month": most.month,
    }


def _parts(payment: Payment, quote: Quote, shares: Sequence[Share]) -> journals.Parts:
    return journals.Parts(
        payment=payment.pk,
        merchant=payment.merchant_id,
        wallet=payment.wallet,
        currency=payment.currency,
        place=quote.place,
        net_minor=quote.sale.net_minor,
        taxes=quote.sale.totals,
        tip_minor=payment.tip_minor,
        fee_minor=payment.fee_minor,
        shares_minor=sum(share.amount_minor for share in shares),
        exchange=journals.Exchanged(quote.pay_currency, quote.pay_minor, quote.total_minor)
        if quote.exchange
        else None,
    )


def _exchange(payment: Payment, agreed: Agreed | None) -> dict[str, Any] | None:
    return None if agreed is None else {"payment_id": payment.pk, **asdict(agreed)}


def _share(payment: Payment, share: Share) -> dict[str, Any]:
    return {
        "id": new_id(),
        "payment_id": payment.pk,
        "rule_id": share.rule,
        "merchant_id": payment.merchant_id,
        "partner_id": share.partner,
        "currency": payment.currency,
        "amount_minor": share.amount_minor,
        "happened_at": payment.happened_at,
    }


def _line(payment: Payment, part: StoredPart) -> dict[str, Any]:
    return {"id": new_id(), "payment_id": payment.pk, **{name: getattr(part, name) for name in _PART}}


def _due(payment: Payment, quote: Quote) -> dict[str, Any]:
    """What waits to be settled."""
    tax_number = payment.merchant.tax_profile.tax_number
    paper = write_paper(
        payment=payment,
        sale=quote.sale,
        tip_minor=payment.tip_minor,
        tax_number=tax_number,
        exchange=quote.exchange,
    )
    before, after = receipt.halves(paper)
    return {
        "payment_id": payment.pk,
        "lane": lane_of(payment.merchant_id),
        "merchant": payment.merchant_id,
        "journal": new_id(),
        "happened_at": payment.happened_at,
        "paper_before": before,
        "paper_after": after,
        "topic": audience(payment),
        "told": payload(payment) | {"state": Payment.State.SETTLED},
    }


def _event(payment: Payment) -> dict[str, Any]:
    return {
        "id": new_id(),
        "topic": audience(payment),
        "kind": "payment.promised",
        "subject": payment.pk,
        "shard_key": payment.merchant_id,
        "payload": payload(payment),
    }


def _payment(quote: Quote, person_id: UUID, wallet_id: UUID, when: datetime) -> Payment:
    session, code = quote.session, quote.session.code
    fee = sale_fee(
        total_minor=quote.total_minor, net_minor=quote.sale.net_minor, rate_ppm=code.merchant.fee_ppm
    )
    return Payment(
        session=session,
        one_time_code_id=code.pk if code.kind == QrCode.Kind.ONE_TIME else None,
        code=code,
        merchant=code.merchant,
        branch=code.branch,
        till=code.till,
        person_id=person_id,
        wallet=wallet_id,
        currency=quote.currency,
        sale_minor=quote.sale.gross_minor,
        tax_minor=quote.sale.tax_minor,
        tip_minor=quote.tip_minor,
        total_minor=quote.total_minor,
        fee_minor=fee,
        prices_include_tax=quote.prices_include_tax,
        rounding=quote.rounding,
        rounding_minor=quote.sale.rounding_minor,
        reference=code.reference,
        provisional=quote.provisional or None,
        happened_at=when,
    )
