"""The payer's yes becomes a promise to the merchant: look and count the PIN's try, decide, write.

Two statements. The first commits the try before it is compared; the second forgives it and pays.

What decides is compared again by the write (scan and order under their locks; code, shop and tier once the
payer's account is locked); where it has changed, all is looked at and decided anew. A repeat of the same
confirm, by a double tap, a reload or a lost answer, finds the first payment. A refusal leaves nothing behind
but itself.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import OperationalError

from base.core.errors import Refused
from base.flows.once import fingerprint_of, is_lock_timeout, kept_answer, still_working
from base.flows.retry import retry
from merchants.models import QrCode
from payments.core import confirmation as yes
from payments.flows.announce import ring_promised
from payments.flows.look import Seen, look
from payments.flows.open_session import already_paid
from payments.flows.promise import CHANGED, CLOSED, KNOWN, promise
from payments.flows.set_amount import session_closed
from payments.models import Payment, Session
from payments.queries import Quote, quote_of
from people.core.pin import has_digits
from people.flows.check_pin import RightPin, forgive_pin, right_pin

# Said of this moment, not of this yes: the next try of the same yes is decided anew.
_NOT_KEPT = {"still_working", "pin_blocked"}
# Each turn was overtaken by another request to the same scan or order; three in a row is a crowd.
TURNS = 3


@dataclass(frozen=True, slots=True)
class _Asked:
    """One request to confirm; the key that its answer is kept under."""

    session: UUID
    person: UUID
    confirmation: str
    happened_at: datetime | None

    @property
    def request(self) -> dict[str, object]:
        return {"session": self.session, "confirmation": self.confirmation}

    @property
    def key(self) -> dict[str, str]:
        digest = hashlib.sha256(self.confirmation.encode()).hexdigest()
        return {"scope": f"confirm:{self.person}", "key": f"{self.session}:{digest}"}


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
    page_expired 409, quote_expired 409 (of a foreign wallet: the minute of its rate is over), pin_wrong /
    pin_blocked 403, pin_missing 409, balance_too_low 409 (missing_minor), already_paid 409, over_cap 409,
    over_limit 409, wallet_frozen 403, still_working 409, period_closed 409 (a `happened_at` that was given is
    in closed books), and what `quote_of` raises.
    """
    asked = _Asked(session_id, person_id, confirmation, happened_at)
    seen = _look(asked, count_try=has_digits(pin))
    if seen.session.state == Session.State.CONFIRMED:
        return Payment.objects.get(session=session_id)
    right = right_pin(person_id=person_id, pin=pin, counted=seen.counted)
    try:
        payment = _pay(asked, seen, right)
    except BaseException:
        # Whatever stopped the payment, a right PIN spends no try.
        forgive_pin(right)
        raise
    ring_promised(payment)
    return payment


def _look(asked: _Asked, *, count_try: bool = False) -> Seen:
    return look(session_id=asked.session, person_id=asked.person, count_try=count_try)


def _pay(asked: _Asked, seen: Seen, right: RightPin) -> Payment:
    try:
        return _promised(asked, [seen], right)
    except OperationalError as error:
        if not is_lock_timeout(error):
            raise
        raise still_working() from error
    except Refused as no:
        if no.code in _NOT_KEPT:
            raise
        return _kept(asked, no)


@retry
def _promised(asked: _Asked, looks: list[Seen], right: RightPin) -> Payment:
    """looks: what was looked at already, used up by the first turn."""
    for _ in range(TURNS):
        seen = looks.pop() if looks else _look(asked)
        if seen.session.state == Session.State.CONFIRMED:
            return Payment.objects.get(session=asked.session)
        when = asked.happened_at or seen.now
        _check(seen.session, asked.person, when)
        quote = quote_of(seen.session, at=when)
        secret = settings.SECRET_KEY.encode()
        yes.check(asked.confirmation, quote.shown_to(asked.person), now=int(when.timestamp()), key=secret)
        _check_rate(quote, when)
        key = {**asked.key, "fingerprint": fingerprint_of(asked.request).hex()}
        payment, outcome = promise(seen=seen, quote=quote, right=right, when=when, key=key)
        if outcome == KNOWN:
            return _kept(asked)
        if outcome == CLOSED and asked.happened_at is not None:
            raise Refused(
                "period_closed", "The books of this time are closed. Nothing was taken.", status=409
            )
        if outcome not in (CHANGED, CLOSED):
            return payment
    raise still_working()


def _kept(asked: _Asked, no: Refused | None = None) -> Payment:
    """What stands under the key: a payment, or the refusal that was kept (else `no` is kept now)."""
    answer = kept_answer(**asked.key, request=asked.request, no=no)
    return Payment.objects.get(pk=answer["payment"])


def _check(session: Session, person_id: UUID, when: datetime) -> None:
    """Refuse a scan that is over, and an order that another scan has paid."""
    if session.code.kind == QrCode.Kind.ONE_TIME:
        _check_unpaid(session, person_id)
    if session.state != Session.State.OPEN or session.expires_at <= when:
        raise session_closed()


def _check_rate(quote: Quote, when: datetime) -> None:
    """The rate is held for a minute; what the page showed after that is no longer what it is."""
    if quote.exchange is not None and when >= quote.exchange.ends_at:
        raise Refused(
            "quote_expired",
            "The rate was held for 60 seconds, and they are over. Nothing was taken from your wallet. "
            "Look at the rate as it is now.",
            status=409,
        )


def _check_unpaid(session: Session, person_id: UUID) -> None:
    """A first look, for a word that helps: that an order is paid once is the database's to say."""
    # One of this very scan is not another's: the write finds that out, and the next look the payment.
    others = Payment.objects.filter(one_time_code=session.code_id).exclude(session=session.pk)
    found = others.values_list("id", "person")[:1]
    for payment_id, payer in found:
        raise already_paid(session.code, mine=payer == person_id, payment=payment_id)
