"""The payer's yes becomes a promise to the merchant: one transaction, one hot row (the payer's own).

Order of locks: session, one-time code, then the payer's account. A repeat of the same confirm, by a
double tap, a reload or a lost answer, finds the first payment. A refusal leaves nothing behind.
"""

import hashlib
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError
from django.db.models import Q

from base.core.errors import Refused
from base.flows.once import Answer, once
from base.flows.retry import retry
from base.flows.ring import ring
from base.ids import database_now, new_id
from merchants.models import QrCode
from payments.core import confirmation as yes
from payments.core import journals, receipt
from payments.core.fees import sale_fee
from payments.core.pricing import parts_of
from payments.flows.announce import announce, audience, payload
from payments.flows.check_caps import check_caps
from payments.flows.open_session import already_paid
from payments.flows.set_amount import session_closed
from payments.flows.write_paper import write_paper
from payments.models import Due, Payment, SaleLine, Session
from payments.models.due import lane_of
from payments.queries import Quote, quote_of
from people.flows.check_pin import check_pin
from wallets.core import chart
from wallets.flows.hold import hold
from wallets.flows.open_account import open_wallet


def confirm(
    *,
    session_id: UUID,
    person_id: UUID,
    confirmation: str,
    pin: str,
    happened_at: datetime | None = None,
) -> Payment:
    """Pay: returns the promised payment, or the one that this session has made before.

    confirmation: the token from the payer's page, bound to what was shown. pin: six digits.
    Raises Refused: not_found 404, session_closed 409, amount_changed 409 (total_minor, currency),
    page_expired 409, pin_wrong / pin_blocked 403, pin_missing 409, balance_too_low 409
    (missing_minor), already_paid 409, over_cap 409, wallet_frozen 403, and what `quote_of` raises.
    """
    made = Payment.objects.filter(session=session_id, person=person_id).first()
    if made is not None:
        return made
    check_pin(person_id=person_id, pin=pin)
    answer = _promise(session_id, person_id, confirmation, happened_at)
    return Payment.objects.select_related("merchant").get(pk=answer["payment"])


@retry
def _promise(session_id: UUID, person_id: UUID, confirmation: str, happened_at: datetime | None) -> Answer:
    return once(
        scope=f"confirm:{person_id}",
        key=f"{session_id}:{hashlib.sha256(confirmation.encode()).hexdigest()}",
        request={"session": session_id, "confirmation": confirmation},
        act=lambda: _act(session_id, person_id, confirmation, happened_at or database_now()),
    )


def _act(session_id: UUID, person_id: UUID, confirmation: str, when: datetime) -> Answer:
    session = _locked(session_id, person_id)
    made = _made_before(session, person_id)
    if made is not None:
        return {"payment": str(made)}
    if session.state != Session.State.OPEN or session.expires_at <= when:
        raise session_closed()
    quote = quote_of(session, at=when)
    key = settings.SECRET_KEY.encode()
    yes.check(confirmation, quote.shown_to(person_id), now=int(when.timestamp()), key=key)
    payment = _write(session, quote, person_id, when)
    announce(kind="payment.promised", payments=[(payment, None)])
    ring(task="payments.tasks.settle_due", args=(str(lane_of(payment.merchant_id) % settings.SETTLE_LANES),))
    return {"payment": str(payment.pk)}


def _locked(session_id: UUID, person_id: UUID) -> Session:
    session = (
        Session.objects.select_for_update(of=("self",))
        .select_related("code__merchant__tax_profile", "code__branch", "code__till")
        .filter(pk=session_id, person=person_id)
        .first()
    )
    if session is None:
        raise Refused("not_found", "There is nothing here that you may see.", status=404)
    if session.code.kind == QrCode.Kind.ONE_TIME:
        # Two payers of one order meet here; the unique `one_time_code` is the last guard. The code is
        # read again under its lock: a cashier may have called the order off while we waited.
        code = QrCode.objects.select_for_update().only("state", "expires_at").get(pk=session.code_id)
        session.code.state, session.code.expires_at = code.state, code.expires_at
    return session


def _made_before(session: Session, person_id: UUID) -> UUID | None:
    """The payment of this session, if there is one; refused when another session paid the order."""
    same_order = Q(session=session.pk)
    if session.code.kind == QrCode.Kind.ONE_TIME:
        same_order |= Q(one_time_code=session.code_id)
    made = Payment.objects.filter(same_order).values_list("id", "session", "person").first()
    if made is None:
        return None
    payment_id, by_session, payer = made
    if by_session != session.pk:
        raise already_paid(session.code, mine=payer == person_id, payment=payment_id)
    return payment_id


def _write(session: Session, quote: Quote, person_id: UUID, when: datetime) -> Payment:
    """Hold the money and write the payment with its lines; the session is used up."""
    wallet = open_wallet(person_id=person_id)
    payment = _payment(quote, person_id, wallet.pk, when)
    payment.hold = hold(
        account=chart.customer(wallet.pk, quote.currency),
        amount_minor=quote.total_minor,
        payment_id=payment.pk,
        reference=f"payment:{payment.pk}",
        legs=journals.sale_legs(_parts(payment, quote)),
    )
    # After the hold, which locks the payer's account: two payments of one payer are checked in turn.
    check_caps(quote=quote, person_id=person_id, at=when)
    _insert(payment)
    _due(payment, quote).save(force_insert=True)
    SaleLine.objects.bulk_create(
        SaleLine(payment=payment, **asdict(part)) for part in parts_of(quote.sale.lines)
    )
    changed = Session.objects.filter(pk=session.pk, state=Session.State.OPEN).update(
        state=Session.State.CONFIRMED
    )
    assert changed, "a locked session changed its state"
    return payment


def _parts(payment: Payment, quote: Quote) -> journals.Parts:
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
    )


def _due(payment: Payment, quote: Quote) -> Due:
    """Everything that settling this payment will write, as it stands now."""
    tax_number = payment.merchant.tax_profile.tax_number
    paper = write_paper(payment=payment, sale=quote.sale, tip_minor=payment.tip_minor, tax_number=tax_number)
    before, after = receipt.halves(paper)
    return Due(
        payment=payment,
        lane=lane_of(payment.merchant_id),
        merchant=payment.merchant_id,
        hold=payment.hold,
        journal=new_id(),
        happened_at=payment.happened_at,
        paper_before=before,
        paper_after=after,
        topic=audience(payment),
        told=payload(payment) | {"state": Payment.State.SETTLED},
    )


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


def _insert(payment: Payment) -> None:
    # No savepoint of its own: `once` rolls back to the one around the whole act.
    try:
        payment.save(force_insert=True)
    except IntegrityError as error:
        constraint = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") or ""
        if "one_time_code" not in constraint:
            raise
        raise Refused(
            "already_paid", "This code has been paid already. Nothing was taken.", status=409
        ) from error
