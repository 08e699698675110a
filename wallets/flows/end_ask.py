"""An open ask ends unpaid: who asked calls it off, or who was asked says no."""

from uuid import UUID

from django.db.models.functions import Now

from wallets.models import Ask
from wallets.queries import ask_of_link, wallet_of


def end_ask(*, person_id: UUID, token: str) -> str:
    """Cancel one's own ask, decline another's; returns the state that it has now, whoever ended it.

    Refused: not_found 404. A payment that meets this wins or loses as a whole: both change the state
    from open, once.
    """
    asked = ask_of_link(token)
    wallet = wallet_of(person_id)
    mine = wallet is not None and wallet.pk == asked.wallet_id
    Ask.objects.filter(pk=asked.pk, state=Ask.State.OPEN).update(
        state=Ask.State.CANCELLED if mine else Ask.State.DECLINED, ended_at=Now()
    )
    return Ask.objects.values_list("state", flat=True).get(pk=asked.pk)
