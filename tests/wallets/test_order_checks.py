"""Each check of the orders around the ledger is silent on clean books and finds its planted fault."""

from collections.abc import Callable

import pytest
from django.db import connection

from base.core.findings import Finding
from tests.base.plants import Plant, plants
from tests.factories import make_person
from tests.wallets.orders import PAID_IBAN, RETURNED_IBAN, asks, pays, reverses, sends, withdraws
from wallets.checks import CHECKS
from wallets.flows.move_withdrawals import move_withdrawals
from wallets.models import TopUp
from wallets.order_checks import ORDER_CHECKS

pytestmark = pytest.mark.django_db

PLANTS = plants(
    """
withdrawals_booked: an order without journal
    UPDATE wallets_withdrawal SET journal = gen_random_uuid() WHERE state = 'ordered'
withdrawals_booked: over another amount
    UPDATE wallets_withdrawal SET amount_minor = amount_minor + 1 WHERE state = 'ordered'
withdrawals_booked: paid and not booked so
    UPDATE wallets_withdrawal SET end_journal = gen_random_uuid() WHERE state = 'paid'
withdrawals_booked: said to be paid, and was returned
    UPDATE wallets_withdrawal SET state = 'paid' WHERE state = 'returned'
withdrawals_booked: the order is gone
    DELETE FROM wallets_withdrawal WHERE state = 'paid'
transfers_booked: over another amount
    UPDATE wallets_transfer SET amount_minor = amount_minor - 1 WHERE ask_id IS NULL
transfers_booked: to somebody else
    UPDATE wallets_transfer SET payer_id = receiver_id, receiver_id = payer_id
transfers_booked: the send is gone
    DELETE FROM wallets_transfer WHERE ask_id IS NULL
asks_paid_once: paid by nobody
    UPDATE wallets_transfer SET ask_id = NULL
asks_paid_once: paid and open again
    UPDATE wallets_ask SET state = 'open', ended_at = NULL
asks_paid_once: paid over another amount
    UPDATE wallets_ask SET amount_minor = amount_minor + 1
reversals_mirror: no order shows it
    UPDATE wallets_topup SET reversal = NULL
reversals_mirror: an order shows one that is none
    UPDATE wallets_topup SET reversal = gen_random_uuid() WHERE reversal IS NULL
reversals_mirror: another amount goes back
    UPDATE wallets_entry SET amount_minor = amount_minor + 1 WHERE line = 1 AND journal_id IN
    (SELECT id FROM wallets_journal WHERE kind = 'reversal')
spending_counted: less was counted than went out
    UPDATE wallets_spending SET spent_minor = spent_minor - 1
spending_counted: nothing was counted
    DELETE FROM wallets_spending
""",
)


@pytest.fixture(autouse=True)
def books(db: None) -> None:
    """Withdrawals of every state, a send, a paid ask, and a reversed top-up."""
    ann, ben = make_person(funds={"EUR": 90_000}), make_person(name="Ben")
    for iban in (PAID_IBAN, RETURNED_IBAN):
        withdraws(ann, iban=iban)
    assert move_withdrawals() == 2
    withdraws(ann)
    sends(ann, ben)
    pays(ann, asks(ben))
    operator = make_person(pin=None, is_staff=True, funds={"EUR": 700})
    make_person(funds={"EUR": 500})
    reverses(operator, f"top_up:{TopUp.objects.get(wallet__owner=operator).pk}")


def run(name: str) -> list[Finding]:
    with connection.cursor() as cursor:
        return CHECKS[name](cursor)


def test_clean_books_say_nothing() -> None:
    assert {name: run(name) for name in CHECKS} == {name: [] for name in CHECKS}


@pytest.mark.parametrize("plant", PLANTS, ids=str)
def test_the_planted_fault_is_found(plant: Plant, owner_sql: Callable[..., None]) -> None:
    owner_sql(plant.sql)
    found = run(plant.check)
    assert found, plant.fault
    assert {finding.check for finding in found} == {plant.check}
    assert all(finding.subject and finding.detail for finding in found)


def test_every_check_has_a_plant() -> None:
    assert {plant.check for plant in PLANTS} == set(ORDER_CHECKS)
