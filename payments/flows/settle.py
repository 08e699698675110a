"""Settlement: a batch of promised payments becomes journals, set-wise.

The table is the queue: payments are found by state, locked with SKIP LOCKED, and everything of a
batch commits together or not at all, so it may be killed at any line and asked twice. The number of
statements does not grow with the batch.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import QuerySet

from base.flows.retry import retry
from base.ids import new_id
from merchants.models import TaxProfile
from payments.core import journals, receipt
from payments.flows.announce import announce
from payments.flows.number_receipts import number_receipts
from payments.flows.write_paper import write_paper
from payments.models import Payment
from payments.queries import sale_lines_of
from taxes.core.lines import TaxedSale, total_up
from taxes.core.rates import place_of
from wallets.core.ledger import Draft
from wallets.flows.post import post

BATCH = 500
log = logging.getLogger(__name__)
_FLIP = """
UPDATE payments_payment p SET state = 'settled', journal = s.journal, settled_at = now()
FROM unnest(%s::uuid[], %s::uuid[]) AS s (payment, journal)
WHERE p.id = s.payment AND p.state = 'promised'
"""
_RECEIPTS = """
INSERT INTO payments_receipt (id, merchant_id, number, kind, payment_id, body, sha256, journal)
SELECT id, merchant, number, 'sale', payment, body, sha256, journal FROM unnest(
    %s::uuid[], %s::uuid[], %s::bigint[], %s::uuid[], %s::text[], %s::bytea[], %s::uuid[]
) AS r (id, merchant, number, payment, body, sha256, journal)
"""


@dataclass(frozen=True, slots=True)
class Settled:
    """One payment of a batch with everything that is written for it."""

    payment: Payment
    number: int
    body: str
    sha256: bytes
    draft: Draft


def settle(*, limit: int = BATCH) -> int:
    """Settle up to `limit` promised payments, in one transaction; return how many.

    One payment that cannot be settled (a bug, or a row that was tampered with) must not hold up the
    rest: its batch is then settled one by one, and it stays promised, loudly, until somebody looks.
    """
    try:
        return _batch(_due()[:limit])
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        log.exception("a batch does not settle: going on one by one")
    ids = list(Payment.objects.filter(state=Payment.State.PROMISED).order_by("id").values_list("pk")[:limit])
    return sum(_alone(payment_id) for (payment_id,) in ids)


@retry
def _batch(due: QuerySet[Payment]) -> int:
    with transaction.atomic(durable=True):
        payments = list(due.all())
        settle_locked(payments=payments)
    return len(payments)


def _alone(payment_id: UUID) -> int:
    try:
        return _batch(_due().filter(pk=payment_id))
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        log.exception("payment %s does not settle: it stays promised", payment_id)
        return 0


def _due() -> QuerySet[Payment]:
    """Promised payments that nobody else is settling, oldest first."""
    due = _whole().select_for_update(of=("self",), skip_locked=True)
    return due.filter(state=Payment.State.PROMISED).order_by("id")


def settle_one(*, payment_id: UUID) -> Payment:
    """Settle one payment if it is still promised (a refund asks for it), in the caller's transaction."""
    payment = _whole().select_for_update(of=("self",)).get(pk=payment_id)
    if payment.state == Payment.State.PROMISED:
        settle_locked(payments=[payment])
        payment = _whole().get(pk=payment_id)
    return payment


def settle_locked(*, payments: Sequence[Payment]) -> None:
    """Write everything for promised payments whose rows the caller has locked."""
    if not payments:
        return
    lines = sale_lines_of(payments)
    profiles = TaxProfile.objects.in_bulk({payment.merchant_id for payment in payments})
    numbers = number_receipts(merchants=(payment.merchant_id for payment in payments))
    batch = [
        _settled(
            payment,
            number,
            total_up(lines[payment.pk], rounding_minor=payment.rounding_minor),
            profiles[payment.merchant_id].tax_number,
        )
        for payment, number in zip(payments, numbers, strict=True)
    ]
    posted = post(journals=[one.draft for one in batch])
    assert not any(found.replayed for found in posted.values()), "a promised payment had a sale journal"
    _write(batch)
    for one in batch:
        one.payment.state = Payment.State.SETTLED
    announce(kind="payment.settled", payments=[(one.payment, one.number) for one in batch])


def _whole() -> QuerySet[Payment]:
    return Payment.objects.select_related("merchant", "branch", "till", "code")


def _settled(payment: Payment, number: int, sale: TaxedSale, tax_number: str) -> Settled:
    paper = write_paper(
        payment=payment, number=number, sale=sale, tip_minor=payment.tip_minor, tax_number=tax_number
    )
    body = receipt.body(paper)
    sha256 = receipt.digest(body)
    parts = journals.Parts(
        payment=payment.pk,
        merchant=payment.merchant_id,
        wallet=payment.wallet,
        currency=payment.currency,
        place=place_of(payment.branch.country, payment.branch.region),
        net_minor=sale.net_minor,
        taxes=sale.totals,
        tip_minor=payment.tip_minor,
        fee_minor=payment.fee_minor,
    )
    draft = journals.sale(
        parts, journal=new_id(), happened_at=payment.happened_at, hold=payment.hold, receipt=sha256
    )
    return Settled(payment, number, body, sha256, draft)


def _write(batch: Sequence[Settled]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            _RECEIPTS,
            [
                [new_id() for _ in batch],
                [one.payment.merchant_id for one in batch],
                [one.number for one in batch],
                [one.payment.pk for one in batch],
                [one.body for one in batch],
                [one.sha256 for one in batch],
                [one.draft.id for one in batch],
            ],
        )
        cursor.execute(_FLIP, [[one.payment.pk for one in batch], [one.draft.id for one in batch]])
        assert cursor.rowcount == len(batch), "a locked payment changed its state"
