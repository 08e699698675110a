"""Write a promised payment: the hold, and in one statement everything that stands behind it.

What settling will write is fixed here (the entries with the hold, the receipt without its number), so
that settlement is set-wise and nothing that changes later changes what was agreed.
"""

import json
from collections.abc import Sequence
from dataclasses import astuple
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection

from base.core.errors import Refused
from base.ids import new_id
from merchants.models import QrCode
from payments.core import journals, receipt
from payments.core.fees import sale_fee
from payments.core.pricing import StoredPart, parts_of
from payments.core.splits import Share
from payments.flows.announce import audience, payload
from payments.flows.check_caps import check_caps
from payments.flows.write_paper import write_paper
from payments.models import Payment, Session, SplitShare
from payments.models.due import lane_of
from payments.queries import Quote
from payments.queries.splits import shares_of
from wallets.core import chart
from wallets.flows.hold import hold
from wallets.flows.limit_spending import limit_spending
from wallets.flows.open_account import wallet_of

# No savepoint of its own: `once` rolls back to the one around the whole act.
_WRITE = """
WITH payment AS (
    INSERT INTO payments_payment ({columns}) VALUES ({values})
), lines AS (
    INSERT INTO payments_saleline (id, payment_id, line, part, description, category, quantity, tax, rate,
        zero_reason, net_minor, tax_minor)
    SELECT * FROM unnest(%s::uuid[], %s::uuid[], %s::smallint[], %s::smallint[], %s::text[], %s::text[],
        %s::int[], %s::text[], %s::numeric[], %s::text[], %s::bigint[], %s::bigint[])
), due AS (
    INSERT INTO payments_due (payment_id, lane, merchant, journal, happened_at, paper_before,
        paper_after, topic, told) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
)
UPDATE payments_session SET state = 'confirmed' WHERE id = %s AND state = 'open'
"""
_LATER = {"created_at", "journal", "settled_at"}
_COLUMNS = [field for field in Payment._meta.concrete_fields if field.name not in _LATER]


def promise(*, session: Session, quote: Quote, person_id: UUID, when: datetime) -> Payment:
    """Hold the money and write the payment; the session, which the caller has locked, is used up.

    Refused: balance_too_low, wallet_frozen, over_cap, over_limit, already_paid (all as `confirm` says).
    """
    wallet_id = wallet_of(person_id=person_id)
    payment = _payment(quote, person_id, wallet_id, when)
    shares = shares_of(payment, net_minor=quote.sale.net_minor)
    hold(
        account=chart.customer(wallet_id, quote.currency),
        amount_minor=quote.total_minor,
        payment_id=payment.pk,
        legs=journals.sale_legs(_parts(payment, quote, shares)),
    )
    # After the hold, which locks the payer's account: two payments of one payer are checked in turn.
    limit_spending(wallet_id=wallet_id, currency=quote.currency, amount_minor=quote.total_minor, at=when)
    check_caps(quote=quote, person_id=person_id, at=when)
    _write(payment, quote)
    if shares:
        SplitShare.objects.bulk_create(_share(payment, share) for share in shares)
    return payment


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
    )


def _share(payment: Payment, share: Share) -> SplitShare:
    return SplitShare(
        payment=payment,
        rule_id=share.rule,
        merchant_id=payment.merchant_id,
        partner_id=share.partner,
        currency=payment.currency,
        amount_minor=share.amount_minor,
        happened_at=payment.happened_at,
    )


def _write(payment: Payment, quote: Quote) -> None:
    statement = _WRITE.format(
        columns=", ".join(str(field.column) for field in _COLUMNS), values=", ".join(["%s"] * len(_COLUMNS))
    )
    values = [getattr(payment, field.attname) for field in _COLUMNS]
    lines = _lines(payment, parts_of(quote.sale.lines))
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement, [*values, *lines, *_due(payment, quote), payment.session_id])
            assert cursor.rowcount == 1, "a locked session changed its state"
    except IntegrityError as error:
        constraint = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") or ""
        if "one_time_code" not in constraint:
            raise
        raise Refused(
            "already_paid", "This code has been paid already. Nothing was taken.", status=409
        ) from error


def _lines(payment: Payment, parts: Sequence[StoredPart]) -> list[list[Any]]:
    """The columns of the sale lines; StoredPart's fields stand in the order of `_WRITE`."""
    ids = [[new_id() for _ in parts], [payment.pk for _ in parts]]
    return [*ids, *(list(column) for column in zip(*map(astuple, parts), strict=True))]


def _due(payment: Payment, quote: Quote) -> list[Any]:
    """What waits to be settled, in the order of `_WRITE`."""
    tax_number = payment.merchant.tax_profile.tax_number
    paper = write_paper(payment=payment, sale=quote.sale, tip_minor=payment.tip_minor, tax_number=tax_number)
    told = payload(payment) | {"state": Payment.State.SETTLED}
    return [
        payment.pk,
        lane_of(payment.merchant_id),
        payment.merchant_id,
        new_id(),
        payment.happened_at,
        *receipt.halves(paper),
        audience(payment),
        json.dumps(told),
    ]


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
        happened_at=when,
    )
