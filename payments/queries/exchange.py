"""What a scan would take from a wallet of another currency, and which wallets could pay it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from base.core.errors import Refused
from payments.core.exchange import Agreed, agree
from payments.models import Session
from wallets.core.fx import FxTerms
from wallets.queries import balances_of
from wallets.queries.fx import fx_terms


@dataclass(frozen=True, slots=True)
class Way:
    """A wallet that covers a sale. payer_minor: what it would pay now; it may differ when it is chosen."""

    currency: str
    payer_minor: int
    available_minor: int


@dataclass(frozen=True, slots=True)
class Ways:
    """free: what each wallet has, in its minor units. covering: the shop's own currency first, then what is
    worth most. others: other currencies with money, that do not cover. no: why one was left out, where no
    rate is known or young enough.
    """

    free: dict[str, int]
    covering: tuple[Way, ...]
    others: tuple[str, ...]
    no: Refused | None = None


def agreed_of(session: Session, *, currency: str, total_minor: int) -> Agreed | None:
    """The terms that the payer was shown, worked out again as of that moment; None without an exchange.

    currency, total_minor: the shop's. One query where there is one. Refused: fx_rate_missing 409,
    fx_rate_old 409, amount_too_large.
    """
    if session.pay_currency is None:
        return None
    assert session.quoted_at is not None, "a quote is whole"
    terms = fx_terms(session.pay_currency, currency, session.quoted_at)
    return agree(terms, total_minor=total_minor, quoted_at=session.quoted_at)


def ways_to_pay(person_id: UUID, *, currency: str, total_minor: int, at: datetime) -> Ways:
    """Which of a person's wallets cover a sale; one query, and one more for each currency but the shop's."""
    free = {balance.currency: balance.available_minor for balance in balances_of(person_id)}
    own = free.get(currency, 0)
    foreign: list[Way] = []
    others: list[str] = []
    no: Refused | None = None
    for other, available in free.items():
        if other == currency or available <= 0:
            continue
        try:
            agreed = agree(fx_terms(other, currency, at), total_minor=total_minor, quoted_at=at)
        except Refused as refused:
            no = refused
            others.append(other)
            continue
        if available >= agreed.payer_minor:
            foreign.append(Way(other, agreed.payer_minor, available))
        else:
            others.append(other)
    foreign.sort(key=lambda way: (-(way.available_minor * 1000 // way.payer_minor), way.currency))
    here = [Way(currency, total_minor, own)] if own >= total_minor else []
    return Ways(free, (*here, *foreign), tuple(others), no)


def terms_of_day(payer_currency: str, shop_currency: str, at: datetime) -> FxTerms | None:
    """The terms of a moment; None where no rate is known or young enough."""
    try:
        return fx_terms(payer_currency, shop_currency, at)
    except Refused:
        return None
