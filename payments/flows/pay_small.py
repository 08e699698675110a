"""Pay a small amount on the yes that the payer gave with the PIN when the showing was opened.

The same look, price and statement as a confirm, and no second way to move money. Where that yes does not go
so far, or the money cannot move, nothing is taken: the scan stays open, and the payer's PIN is asked.
"""

from uuid import UUID

from django.db import OperationalError

from base.core.errors import Refused
from base.flows.once import fingerprint_of, is_lock_timeout
from base.flows.retry import retry
from payments.flows.announce import ring_promised
from payments.flows.look import look
from payments.flows.promise import CHANGED, CLOSED, KNOWN, ShowingYes, promise
from payments.models import Payment, Session, ShownCode
from payments.queries import quote_of
from wallets.core.limits import small

TURNS = 3


def pay_small(*, code_id: UUID) -> Payment | None:
    """The promised payment of a code that an order has taken; None where the payer must say yes alone."""
    code = ShownCode.objects.select_related("showing").get(pk=code_id, state=ShownCode.State.ASKED)
    if not code.showing.with_pin:
        return None
    assert code.session_id is not None
    try:
        payment = _promised(code.session_id, ShowingYes(code.showing.person_id, code.showing_id))
    except Refused:
        return None  # the payer's own page says why, and what helps
    except OperationalError as error:
        if not is_lock_timeout(error):
            raise
        return None
    if payment is not None:
        ring_promised(payment)
    return payment


@retry
def _promised(session_id: UUID, agreed: ShowingYes) -> Payment | None:
    request = {"session": session_id, "showing": agreed.showing}
    key = {
        "scope": f"small:{agreed.person}",
        "key": str(session_id),
        "fingerprint": fingerprint_of(request).hex(),
    }
    for _ in range(TURNS):
        seen = look(session_id=session_id, person_id=agreed.person)
        if seen.session.state == Session.State.CONFIRMED:
            return Payment.objects.get(session=session_id)
        if seen.session.state != Session.State.OPEN or seen.session.expires_at <= seen.now:
            return None
        quote = quote_of(seen.session, at=seen.now)
        if quote.exchange is not None:
            return None  # a rate is looked at before it is agreed to
        # The statement compares this too: here it only spares the work.
        if quote.total_minor > small(quote.currency).payment:
            return None
        payment, outcome = promise(seen=seen, quote=quote, right=agreed, when=seen.now, key=key)
        if outcome not in (CHANGED, CLOSED, KNOWN):
            return payment
    return None
