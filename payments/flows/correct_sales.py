"""A completed tax profile: sales that were taxed provisionally get the tax that is right, one by one.

Each sale is corrected in one transaction, with a journal, a receipt that names the old one, and its lines;
a sale that was taxed right, or went back whole, is only looked through. The mark on the payment is the queue,
so a killed run goes on where it was. Lock order: payment, receipt counter, accounts.
"""

import logging
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from base.core.errors import Refused
from base.flows.record import audit_line
from base.flows.retry import retry
from base.ids import database_now, new_id
from merchants import queries as shops
from merchants.models import TaxProfile
from payments.core import journals, receipt
from payments.core.pricing import parts_of
from payments.flows.number_receipts import number_receipts
from payments.flows.settle import settle_one
from payments.flows.write_paper import write_paper
from payments.models import Correction, CorrectionLine, Payment, Receipt, SaleLine
from payments.queries.left import left_of_payment
from taxes.core.corrections import correct, same_terms
from taxes.core.lines import TaxedLine, TaxedSale, total_up
from taxes.core.rates import place_of
from taxes.queries import taxes_on
from wallets.flows.post import post_one

BATCH = 200
log = logging.getLogger(__name__)


def correct_sales(*, limit: int = BATCH) -> int:
    """Look through up to `limit` provisional sales of shops whose profile is complete; return how many.

    One that cannot be corrected yet (the shop's balance does not cover a higher tax) is tried again.
    """
    waiting = Payment.objects.filter(provisional=True, merchant__tax_profile__provisional=False)
    due = list(waiting.order_by("id").values_list("pk", flat=True)[:limit])
    return sum(_alone(payment_id) for payment_id in due)


def _alone(payment_id: UUID) -> int:
    try:
        return _correct(payment_id)
    except Refused as no:
        log.error("payment %s keeps its provisional tax: %s", payment_id, no.code)
        return 0


@retry
def _correct(payment_id: UUID) -> int:
    with transaction.atomic(durable=True):
        payment = settle_one(payment_id=payment_id)
        if not payment.provisional:
            return 0
        profile = TaxProfile.objects.get(pk=payment.merchant_id)
        left = left_of_payment(payment).left
        new_lines = _taxed_anew(payment, profile, left)
        old, new = total_up(line for line in left if line.gross_minor), total_up(new_lines)
        if not same_terms(old, new):
            _write(payment, profile, left, old, new)
        Payment.objects.filter(pk=payment.pk, provisional=True).update(provisional=False)
    return 1


def _taxed_anew(payment: Payment, profile: TaxProfile, left: tuple[TaxedLine, ...]) -> tuple[TaxedLine, ...]:
    """At the rates of the day of the sale, in the category that the shop has said its sales were."""
    branch = payment.branch
    assert profile.sold_as, "a completed profile says what was sold"
    treatment = taxes_on(
        country=branch.country,
        region=branch.region,
        category=profile.sold_as,
        on=payment.happened_at.astimezone(ZoneInfo(branch.time_zone)).date(),
        own=shops.own_rates_of(payment.merchant),
    )
    return correct(left, treatment, category=profile.sold_as, policy=payment.rounding)


def _write(
    payment: Payment, profile: TaxProfile, left: tuple[TaxedLine, ...], old: TaxedSale, new: TaxedSale
) -> None:
    row = Correction(
        id=new_id(),
        payment=payment,
        merchant_id=payment.merchant_id,
        journal=new_id(),
        tax_before_minor=old.tax_minor,
        tax_minor=new.tax_minor,
        happened_at=database_now(),
    )
    row.save(force_insert=True)
    _write_lines(row, left, new.lines)
    (number,) = number_receipts(merchants=[payment.merchant_id])
    body = _body(row, profile, new, number)
    sha256 = receipt.digest(body)
    post_one(
        journal=journals.correction(
            old,
            new,
            correction=row.pk,
            journal=row.journal,
            merchant=payment.merchant_id,
            currency=payment.currency,
            place=place_of(payment.branch.country, payment.branch.region),
            happened_at=row.happened_at,
            receipt=sha256,
        )
    )
    Receipt.objects.create(
        merchant_id=payment.merchant_id,
        number=number,
        kind=Receipt.Kind.CORRECTION,
        payment=payment,
        correction=row,
        body=body,
        sha256=sha256,
        journal=row.journal,
    )
    audit_line(
        actor_id=None,
        action="payment.tax_corrected",
        subject=payment.pk,
        merchant=payment.merchant_id,
        correction=str(row.pk),
        tax_before_minor=old.tax_minor,
        tax_minor=new.tax_minor,
    )


def _write_lines(row: Correction, left: tuple[TaxedLine, ...], new: tuple[TaxedLine, ...]) -> None:
    """What is taken off the old lines, and the new lines behind them."""
    stored = list(SaleLine.objects.filter(payment=row.payment_id).order_by("line", "part"))
    taken = [
        CorrectionLine(
            correction=row, sale_line=sold, is_new=False, net_minor=-part.net_minor, tax_minor=-part.tax_minor
        )
        for sold, part in zip(stored, parts_of(left), strict=True)
        if part.net_minor or part.tax_minor
    ]
    last = stored[-1].line
    added = [
        SaleLine(
            payment_id=row.payment_id,
            line=last + part.line,
            part=part.part,
            description=part.description,
            category=part.category,
            quantity=part.quantity,
            tax=part.tax,
            rate=part.rate,
            zero_reason=part.zero_reason,
            net_minor=part.net_minor,
            tax_minor=part.tax_minor,
        )
        for part in parts_of(new)
    ]
    SaleLine.objects.bulk_create(added)
    put = [
        CorrectionLine(
            correction=row, sale_line=sold, is_new=True, net_minor=sold.net_minor, tax_minor=sold.tax_minor
        )
        for sold in added
    ]
    CorrectionLine.objects.bulk_create([*taken, *put])


def _body(row: Correction, profile: TaxProfile, new: TaxedSale, number: int) -> str:
    """The receipt of what is left of the sale, as it is taxed; it names the sale's own."""
    sold = Receipt.objects.get(payment=row.payment_id, kind=Receipt.Kind.SALE)
    return receipt.body(
        write_paper(
            kind=Receipt.Kind.CORRECTION,
            payment=row.payment,
            number=number,
            sale=new,
            tip_minor=0,
            tax_number=profile.tax_number,
            corrects=sold.number,
            happened_at=row.happened_at,
        )
    )
