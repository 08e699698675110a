"""Pay an ask: a send that carries it, so it is paid once, and a second payer is told and not charged."""

from datetime import datetime
from uuid import UUID

from django.db.models.functions import Now

from base.core.errors import Refused
from base.flows.once import Answer, once
from base.flows.retry import retry
from base.ids import database_now
from people.flows.check_pin import check_pin
from wallets.flows.open_account import open_wallet
from wallets.flows.transfer import transfer
from wallets.models import Ask, Transfer
from wallets.queries import ask_of_link

_ENDED = {
    Ask.State.PAID: "Somebody else has paid this already. Nothing was taken from you.",
    Ask.State.DECLINED: "This request was declined. Nothing was taken.",
    Ask.State.CANCELLED: "This request was called off. Nothing was taken.",
    Ask.State.EXPIRED: "This request has run out. Nothing was taken. Ask for a new one.",
}


def pay_ask(
    *, person_id: UUID, token: str, pin: str, key: str, happened_at: datetime | None = None
) -> Transfer:
    """Pay what the link's ask says; returns the send, also if this person has paid it before.

    Raises Refused: not_found 404, ask_ended 409 (state=...), what `check_pin` and `transfer` refuse.
    """
    asked = ask_of_link(token)
    check_pin(person_id=person_id, pin=pin)
    answer = _pay(person_id, asked.pk, key, happened_at)
    return Transfer.objects.get(pk=answer["transfer"])


@retry
def _pay(person_id: UUID, ask_id: UUID, key: str, happened_at: datetime | None) -> Answer:
    return once(
        scope=f"pay_ask:{person_id}",
        key=key,
        request={"ask": ask_id},
        act=lambda: _act(person_id, ask_id, happened_at or database_now()),
    )


def _act(person_id: UUID, ask_id: UUID, when: datetime) -> Answer:
    payer_id = open_wallet(person_id=person_id).pk
    # Payers of one ask meet here, before any account is locked.
    asked = Ask.objects.select_for_update(no_key=True).get(pk=ask_id)
    made = Transfer.objects.filter(ask=asked, payer=payer_id).first()
    if made is not None:
        return {"transfer": str(made.pk)}
    state = asked.state
    if state == Ask.State.OPEN and asked.expires_at <= when:
        state = Ask.State.EXPIRED
    if state != Ask.State.OPEN:
        raise Refused("ask_ended", _ENDED[Ask.State(state)], status=409, state=state)
    row = transfer(
        payer_id=payer_id,
        receiver_id=asked.wallet_id,
        currency=asked.currency,
        amount_minor=asked.amount_minor,
        note=asked.note,
        at=when,
        ask=asked,
    )
    changed = Ask.objects.filter(pk=ask_id, state=Ask.State.OPEN).update(state=Ask.State.PAID, ended_at=Now())
    assert changed, "a locked ask changed its state"
    return {"transfer": str(row.pk)}
