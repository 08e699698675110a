"""The two words that payer and cashier compare: of an order, else of the one scan of a printed code."""

from uuid import UUID

from merchants.core.words import words_of


def screen_words(*, order_id: UUID | None, session_id: UUID) -> str:
    """ "amber violin": the same on the payer's page and on the till, before and after the payment."""
    return " ".join(words_of(order_id or session_id))
