"""The link of one's own wallet, for others to send money to: made on first use, made anew on wish."""

import secrets
from uuid import UUID

from base.core.errors import Refused
from people.queries import display_name
from wallets.core.asks import TOKEN_BYTES, token_of
from wallets.flows.open_account import open_wallet
from wallets.models import Wallet


def show_code(*, person_id: UUID, renew: bool = False) -> str:
    """The token of "/w/<token>". renew: the old one leads nowhere from now on.

    Refused: name_missing 409, since whoever opens the link is shown the name.
    """
    if not display_name(person_id):
        raise Refused("name_missing", "Say your name first: who sends must see to whom.", status=409)
    wallet = open_wallet(person_id=person_id)
    fresh = token_of(secrets.token_bytes(TOKEN_BYTES))
    rows = Wallet.objects.filter(pk=wallet.pk)
    (rows if renew else rows.filter(token=None)).update(token=fresh)
    token = rows.values_list("token", flat=True).get()
    assert token is not None
    return token
