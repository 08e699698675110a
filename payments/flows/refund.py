"""Money goes back to the wallet that paid, in one step, at the terms of the sale.

Lock order: payment, shift, receipt counter, accounts. A payment that is still promised is settled first, in
the same call, so that every paid sale has its journal and every refund its own. Never more than is
left: the row says so (CHECK), not the code. When the last cent of a sale goes back, so does our fee. Tax
and tip that have left their accounts meanwhile are recalled from the sales first (`post_refund`). A foreign
wallet gets its part of what it gave, whatever the rate is today: what that costs us more or less than the
shop gives is our result (`give_back`).
"""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F

from base.flows.once import Answer, once
from base.flows.record import audit_line
from base.flows.retry import retry
from base.ids import database_now, new_id
from merchants.core.roles import Action
from merchants.models import TaxProfile
from payments.core import journals, receipt
from payments.core.exchange import Agreed
from payments.core.pricing import TIP, parts_of
from payments.core.refund_parts import LineBack
from payments.flows.announce import announce
from payments.flows.give_back import Back, give_back
from payments.flows.join_shift import join_shift
from payments.flows.number_receipts import number_receipts
from payments.flows.post_refund import post_refund
from payments.flows.settle import settle_one
from payments.flows.write_paper import write_paper
from payments.models import Payment, Receipt, Refund, RefundLine, SaleLine
from payments.queries import payment_for
from payments.queries.refunds import refund_parts_of
from people.models import User
from taxes.core.lines import TaxedLine, TaxedSale, total_up
from taxes.core.rates import place_of


def refund(
    *,
    actor: User,
    payment_id: UUID,
    key: str,
    amount_minor: int | None = None,
    lines: Sequence[LineBack] = (),
    reason: str = "",
    till_id: UUID | None = None,
    happened_at: datetime | None = None,
) -> Refund:
    """Refund a payment: `amount_minor`, some `lines`, or all that is left. key: one key is one refund.
    till_id: where it is given back, and in whose shift it counts; else the payment's own till.

    Raises Refused: not_found 404, shop_balance_too_low 409, period_closed 409 (a `happened_at` in closed
    books), and what `parts_back` refuses.
    """
    payment_for(actor, payment_id, Action.REFUND)
    answer = _book(actor, payment_id, key, amount_minor, lines, reason, till_id, happened_at)
    return Refund.objects.select_related("payment").get(pk=answer["refund"])


@retry
def _book(
    actor: User,
    payment_id: UUID,
    key: str,
    amount_minor: int | None,
    lines: Sequence[LineBack],
    reason: str,
    till_id: UUID | None,
    happened_at: datetime | None,
) -> Answer:
    asked: dict[str, Any] = {"payment": payment_id, "amount_minor": amount_minor, "reason": reason}
    if lines:
        asked["lines"] = [asdict(line) for line in sorted(lines, key=lambda line: line.number)]
    return once(
        scope=f"refund:{actor.pk}",
        key=key,
        request=asked,
        act=lambda: book_refund(actor, payment_id, amount_minor, reason, till_id, happened_at, lines),
    )


def book_refund(
    actor: User,
    payment_id: UUID,
    amount_minor: int | None,
    reason: str,
    till_id: UUID | None = None,
    happened_at: datetime | None = None,
    chosen: Sequence[LineBack] = (),
) -> Answer:
    """What `refund` does under its key, for flows that have found the payment by the actor's rights."""
    payment = settle_one(payment_id=payment_id)
    lines = refund_parts_of(payment, amount_minor=amount_minor, lines=chosen)
    left_minor, wanted = payment.total_minor - payment.refunded_minor, sum(line.gross_minor for line in lines)
    till_id = till_id or payment.till_id
    row = Refund(
        id=new_id(),
        payment=payment,
        merchant_id=payment.merchant_id,
        amount_minor=wanted,
        tax_minor=sum(line.tax_minor for line in lines),
        tip_minor=sum(line.gross_minor for line in lines if line.category == TIP),
        fee_minor=payment.fee_minor if wanted == left_minor else 0,
        reason=reason,
        ordered_by=actor,
        till_id=till_id,
        shift_id=join_shift(till_id=till_id),
        happened_at=happened_at or database_now(),
    )
    row.save(force_insert=True)
    back = give_back(refund=row)
    number = _post(row, back, [line for line in lines if line.category != TIP])
    changed = Payment.objects.filter(pk=payment.pk, refunded_minor__lte=F("total_minor") - wanted).update(
        refunded_minor=F("refunded_minor") + wanted
    )
    assert changed, "a locked payment was refunded by another"
    payment.refunded_minor += wanted
    announce(kind="refund.posted", payments=[(payment, number)])
    audit_line(
        actor_id=actor.pk,
        action="payment.refunded",
        subject=payment.pk,
        merchant=payment.merchant_id,
        refund=str(row.pk),
        amount_minor=wanted,
    )
    return {"refund": str(row.pk)}


def _post(row: Refund, back: Back | None, lines: list[TaxedLine]) -> int:
    """Write lines, receipt and journal of a refund; returns the receipt's number."""
    payment = row.payment
    # A line of which nothing goes back is not on the receipt.
    part = total_up(line for line in lines if line.gross_minor)
    _write_lines(row, lines)
    (number,) = number_receipts(merchants=[payment.merchant_id])
    body = _body(row, part, number, back.agreed if back else None)
    sha256 = receipt.digest(body)
    draft = journals.refund(
        journals.Parts(
            payment=payment.pk,
            merchant=payment.merchant_id,
            wallet=payment.wallet,
            currency=payment.currency,
            place=place_of(payment.branch.country, payment.branch.region),
            net_minor=part.net_minor,
            taxes=part.totals,
            tip_minor=row.tip_minor,
            fee_minor=row.fee_minor,
            exchange=back.moved if back else None,
        ),
        refund=row.pk,
        journal=new_id(),
        happened_at=row.happened_at,
        receipt=sha256,
    )
    post_refund(refund=draft)
    Receipt.objects.create(
        merchant_id=payment.merchant_id,
        number=number,
        kind=Receipt.Kind.REFUND,
        payment=payment,
        refund=row,
        body=body,
        sha256=sha256,
        journal=draft.id,
    )
    Refund.objects.filter(pk=row.pk, state=Refund.State.ORDERED).update(
        state=Refund.State.POSTED, journal=draft.id
    )
    return number


def _body(row: Refund, part: TaxedSale, number: int, exchange: Agreed | None) -> str:
    sold = Receipt.objects.get(payment=row.payment_id, kind=Receipt.Kind.SALE)
    return receipt.body(
        write_paper(
            payment=row.payment,
            number=number,
            sale=part,
            tip_minor=row.tip_minor,
            tax_number=TaxProfile.objects.get(pk=row.merchant_id).tax_number,
            refund=row.pk,
            corrects=sold.number,
            happened_at=row.happened_at,
            exchange=exchange,
        )
    )


def _write_lines(row: Refund, lines: list[TaxedLine]) -> None:
    stored = SaleLine.objects.filter(payment=row.payment_id).order_by("line", "part")
    RefundLine.objects.bulk_create(
        RefundLine(refund=row, sale_line=sold, net_minor=part.net_minor, tax_minor=part.tax_minor)
        for sold, part in zip(stored, parts_of(lines), strict=True)
    )
