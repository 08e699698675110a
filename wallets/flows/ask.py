"""Ask to be paid: an amount and a note behind a link that stands for seven days."""

import secrets
from datetime import datetime
from uuid import UUID

from base.core.errors import Refused
from base.core.plain_text import plain_text
from base.flows.once import Answer, once
from base.flows.retry import retry
from base.ids import database_now, new_id
from people.queries import display_name
from wallets.core.asks import ASK_LIFE, NOTE_MAX, TOKEN_BYTES, token_of
from wallets.core.money import exponent
from wallets.flows.open_account import open_wallet
from wallets.models import Ask


def ask(
    *,
    person_id: UUID,
    currency: str,
    amount_minor: int,
    key: str,
    note: str = "",
    happened_at: datetime | None = None,
) -> Ask:
    """Open an ask; who has its link sees the asker's name, the amount and the note, and may pay it.

    Raises Refused: amount_invalid, currency_unknown, text_invalid, text_too_long 400, name_missing 409
    (who pays must see who asks), key_reused 422.
    """
    exponent(currency)
    if amount_minor <= 0:
        raise Refused("amount_invalid", "Type an amount above zero.")
    words = plain_text(note, limit=NOTE_MAX)
    if not display_name(person_id):
        raise Refused("name_missing", "Say your name first: who pays must see who asks.", status=409)
    answer = _open(person_id, currency, amount_minor, words, key, happened_at)
    return Ask.objects.get(pk=answer["ask"])


@retry
def _open(
    person_id: UUID, currency: str, amount_minor: int, note: str, key: str, happened_at: datetime | None
) -> Answer:
    def act() -> Answer:
        row = Ask.objects.create(
            id=new_id(),
            token=token_of(secrets.token_bytes(TOKEN_BYTES)),
            wallet=open_wallet(person_id=person_id),
            currency=currency,
            amount_minor=amount_minor,
            note=note,
            expires_at=(happened_at or database_now()) + ASK_LIFE,
        )
        return {"ask": str(row.pk)}

    request = {"currency": currency, "amount_minor": amount_minor, "note": note}
    return once(scope=f"ask:{person_id}", key=key, request=request, act=act)
