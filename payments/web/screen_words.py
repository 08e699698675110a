"""The two words that payer and cashier compare: of an order, else of the one scan of a printed code."""

from uuid import UUID

from merchants.core.words import words_on_screen
from merchants.models import Branch


def screen_words(branch: Branch, *, order_id: UUID | None, session_id: UUID) -> str:
    """ "Ampel Giraffe": the same on the payer's page and on the till, before and after the payment."""
    return words_on_screen(order_id or session_id, branch.country, branch.region)
