"""Send money to the wallet behind a code: amount, note, PIN; once, however often asked."""

from datetime import datetime
from uuid import UUID

from base.core.errors import Refused
from base.core.plain_text import plain_text
from base.flows.once import Answer, once
from base.flows.retry import retry
from base.ids import database_now
from people.flows.check_pin import check_pin
from wallets.core.asks import NOTE_MAX
from wallets.core.money import exponent
from wallets.flows.open_account import open_wallet
from wallets.flows.transfer import transfer
from wallets.models import Transfer
from wallets.queries import receiver_of


def send(
    *,
    person_id: UUID,
    token: str,
    currency: str,
    amount_minor: int,
    pin: str,
    key: str,
    note: str = "",
    happened_at: datetime | None = None,
) -> Transfer:
    """Send money to the owner of a code. key: made by the page before sending; one key is one send.

    Raises Refused: not_found 404 for a code that is none, amount_invalid, currency_unknown,
    text_invalid, text_too_long 400, what `check_pin` and `transfer` refuse, key_reused 422.
    """
    receiver = receiver_of(token)
    exponent(currency)
    if amount_minor <= 0:
        raise Refused("amount_invalid", "Type an amount above zero.")
    words = plain_text(note, limit=NOTE_MAX)
    check_pin(person_id=person_id, pin=pin)
    answer = _send(person_id, receiver.wallet_id, currency, amount_minor, words, key, happened_at)
    return Transfer.objects.get(pk=answer["transfer"])


@retry
def _send(
    person_id: UUID,
    receiver_id: UUID,
    currency: str,
    amount_minor: int,
    note: str,
    key: str,
    happened_at: datetime | None,
) -> Answer:
    def act() -> Answer:
        row = transfer(
            payer_id=open_wallet(person_id=person_id).pk,
            receiver_id=receiver_id,
            currency=currency,
            amount_minor=amount_minor,
            note=note,
            at=happened_at or database_now(),
        )
        return {"transfer": str(row.pk)}

    request = {"to": receiver_id, "currency": currency, "amount_minor": amount_minor, "note": note}
    return once(scope=f"send:{person_id}", key=key, request=request, act=act)
