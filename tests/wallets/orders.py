"""Orders around the ledger for tests, by the real flows; and bank accounts as the sandbox knows them."""

import secrets
from typing import Any

from base.ids import new_id
from people.models import User
from tests.factories import PIN
from wallets.flows.ask import ask
from wallets.flows.pay_ask import pay_ask
from wallets.flows.reverse import reverse
from wallets.flows.send import send
from wallets.flows.show_code import show_code
from wallets.flows.withdraw import withdraw
from wallets.models import Ask, Transfer, Withdrawal
from wallets.queries import journal_named

# The second one sends money back.
PAID_IBAN, RETURNED_IBAN = "DE62370400440532013001", "DE89370400440532013000"


def sends(payer: User, receiver: User, amount_minor: int = 1_000, **more: Any) -> Transfer:
    """One send; `more` overrides what a page would say."""
    said = {"currency": "EUR", "pin": PIN, "key": secrets.token_hex(8), **more}
    said.setdefault("token", show_code(person_id=receiver.pk))
    return send(person_id=payer.pk, amount_minor=amount_minor, **said)


def withdraws(person: User, amount_minor: int = 1_000, **more: Any) -> Withdrawal:
    said = {"currency": "EUR", "pin": PIN, "key": secrets.token_hex(8), "iban": PAID_IBAN, **more}
    return withdraw(person_id=person.pk, amount_minor=amount_minor, **said)


def asks(person: User, amount_minor: int = 1_000, **more: Any) -> Ask:
    said = {"currency": "EUR", "key": secrets.token_hex(8), **more}
    return ask(person_id=person.pk, amount_minor=amount_minor, **said)


def pays(payer: User, asked: Ask, **more: Any) -> Transfer:
    said = {"pin": PIN, "key": secrets.token_hex(8), **more}
    return pay_ask(person_id=payer.pk, token=asked.token, **said)


def reverses(operator: User, reference: str, **more: Any) -> Any:
    """The reversal's journal id; `reference` is that of the journal to take back."""
    said = {"reason": "Booked twice", "key": secrets.token_hex(8), **more}
    return reverse(operator_id=operator.pk, journal_id=journal_named(reference) or new_id(), **said)
