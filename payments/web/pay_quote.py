"""The price on the pay page. A rate whose minute is over is shown anew, and the page says what it was."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TypeVar
from uuid import UUID

from base.core.errors import Refused
from base.ids import database_now
from payments import queries
from payments.core.exchange import QUOTE_LIFE, Agreed
from payments.flows.choose_wallet import choose_wallet
from payments.models import Session
from payments.queries import Quote

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Fresh:
    """A price as it may be shown. was: the terms that were over. no: why there are no new ones."""

    quote: Quote
    now: datetime
    was: Agreed | None = None
    no: Refused | None = None


def fresh_quote(session: Session, *, person_id: UUID | None) -> Fresh:
    """What `quote_of` says and refuses, of a rate that holds for some seconds more."""
    now = database_now()
    if session.quoted_at is None or now < session.quoted_at + QUOTE_LIFE:
        return Fresh(queries.quote_of(session, at=now), now)
    chosen = session.pay_currency
    assert chosen is not None and person_id is not None, "a wallet was chosen by somebody"
    was, _no = _tried(lambda: queries.quote_of(session, at=now).exchange)
    choose = partial(choose_wallet, session_id=session.pk, person_id=person_id)
    _done, no = _tried(lambda: choose(currency=chosen))
    if no is not None:
        choose(currency=session.merchant.currency)
    session.refresh_from_db(fields=["pay_currency", "quoted_at", "version"])
    now = database_now()
    return Fresh(queries.quote_of(session, at=now), now, was, no)


def _tried(act: Callable[[], T]) -> tuple[T | None, Refused | None]:
    """What an act gives, or why there is no rate for it."""
    try:
        return act(), None
    except Refused as no:
        if not no.code.startswith("fx_rate"):
            raise
        return None, no
