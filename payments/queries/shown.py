"""What became of a customer's code: for the payer who showed it, and for the till that took it."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.conf import settings

from base.core.errors import Refused
from merchants import queries as shops
from merchants.core.roles import Action
from merchants.qr.link import Door, LinkKey, read_token
from payments.models import Session, Showing, ShownCode
from people.models import User

_ROWS = ShownCode.objects.select_related("session", "order__merchant__tax_profile", "order__branch")


class Outcome(StrEnum):
    """SHOWN: no till yet. WAITING: for the payer's PIN. OVER: run out. GONE: renewed, hidden or closed."""

    SHOWN = "shown"
    WAITING = "waiting"
    PAID = "paid"
    DECLINED = "declined"
    OVER = "over"
    GONE = "gone"


def secret_id_of(token: str) -> UUID:
    """The random id in the link of a customer's code. Refused code_unknown (404); no query."""
    keys = [LinkKey(key_id, secret) for key_id, secret in settings.CODE_KEYS.items()]
    return read_token(token, keys=keys, door=Door.SHOWN)


def showing_of(person_id: UUID, showing_id: UUID | None, *, at: datetime) -> Showing | None:
    """This person's showing, while it is open; one query."""
    if showing_id is None:
        return None
    return Showing.objects.filter(pk=showing_id, person=person_id, closed_at=None, ends_at__gt=at).first()


def my_shown_code(person_id: UUID, code_id: UUID) -> ShownCode:
    """A code of the person's own; one query. Refused not_found (404)."""
    return _one(_ROWS.filter(pk=code_id, showing__person=person_id).first())


def newest_of(showing: Showing) -> ShownCode | None:
    """The code that this showing made last, whatever became of it; one query."""
    return _ROWS.filter(showing=showing).order_by("-id").first()


def shown_code_at_till(actor: User, till_id: UUID, code_id: UUID) -> ShownCode:
    """A code that this very till has taken, for those who may charge there; two queries. Or not_found."""
    shops.till_for(actor, till_id, Action.CHARGE)
    return _one(_ROWS.filter(pk=code_id, till=till_id).first())


def outcome_of(code: ShownCode, *, at: datetime) -> Outcome:
    """Needs session and order. Paid wins: money that came counts, whatever came after."""
    if code.session is None or code.order is None:
        if code.state == ShownCode.State.GONE:
            return Outcome.GONE
        return Outcome.SHOWN if code.expires_at > at else Outcome.OVER
    if code.session.state == Session.State.CONFIRMED:
        return Outcome.PAID
    if code.session.state == Session.State.CANCELLED:
        return Outcome.DECLINED
    order_over = code.order.expires_at is not None and code.order.expires_at <= at
    is_over = code.session.state == Session.State.EXPIRED or code.session.expires_at <= at or order_over
    return Outcome.OVER if is_over or code.order.state != "active" else Outcome.WAITING


def _one(code: ShownCode | None) -> ShownCode:
    if code is None:
        raise Refused("not_found", "There is nothing here that you may see.", status=404)
    return code
