"""Each check of payouts: silent on clean books, and finds the fault planted for it."""

from collections.abc import Callable

import pytest
from django.db import connection

from base.core.findings import Finding
from payments.checks.payouts import CHECKS
from payments.flows.carry_payouts import carry_payouts
from payments.flows.pay_out import pay_out
from reports.flows.audit import audit
from tests.base.plants import Plant, plants
from tests.payments.payouts.stage import PAID_IBAN, RETURNED_IBAN, earned, with_account

PLANTS = plants(
    """
payouts_have_journals: ordered by no journal
    UPDATE payments_payout SET journal = {nil} WHERE state = 'paid'
payouts_have_journals: a payout nobody ordered
    {journal} 'payout:' || {nil}, 'payout', now(), '', {nil})
payouts_have_journals: paid and not marked so
    UPDATE payments_payout SET state = 'sent', end_journal = NULL, ended_at = NULL WHERE state = 'paid'
payouts_have_journals: returned by the journal of a paid one
    UPDATE payments_payout SET state = 'paid' WHERE state = 'returned'
payouts_have_journals: a payout is gone
    DELETE FROM payments_payoutpart WHERE payout_id IN (SELECT id FROM payments_payout WHERE state = 'paid');
    DELETE FROM payments_payout WHERE state = 'paid'
payouts_move_their_parts: another amount
    UPDATE payments_payout SET amount_minor = amount_minor + 1 WHERE state = 'ordered'
payouts_move_their_parts: a part of another amount
    UPDATE payments_payoutpart SET amount_minor = amount_minor + 1
payouts_move_their_parts: a part of another account
    UPDATE payments_payoutpart SET account = account || 'x' WHERE account LIKE '%payable'
payouts_move_their_parts: a part is gone
    DELETE FROM payments_payoutpart WHERE account LIKE '%payable'
payouts_move_their_parts: over another rail
    UPDATE payments_payout SET rail = 'sepa' WHERE state = 'ordered'
payouts_move_their_parts: an entry went elsewhere
    UPDATE wallets_entry SET account_id = {nil} WHERE journal_id IN (SELECT journal FROM payments_payout)
payout_papers_match: an order was changed
    UPDATE payments_payout SET document = replace(document, 'Morgenrot', 'Abendrot')
payouts_told: nobody was told of an order
    DELETE FROM base_event WHERE kind = 'payout.ordered'
payouts_told: told of an end that was not
    INSERT INTO base_event (id, topic, kind, subject, shard_key, payload)
    SELECT gen_random_uuid(), 'x', 'payout.paid', id, merchant_id, '[]' FROM payments_payout
payouts_told: told of a payout that nobody ordered
    INSERT INTO base_event (id, topic, kind, subject, shard_key, payload)
    VALUES (gen_random_uuid(), 'x', 'payout.paid', {nil}, {nil}, '[]')
""",
    nil="'00000000-0000-0000-0000-000000000000'",
    journal="INSERT INTO wallets_journal (id, reference, kind, happened_at, salt, shard_key)"
    " VALUES (gen_random_uuid(),",
)


@pytest.fixture
def books(transactional_db: None) -> None:
    """One payout that is paid, one that came back, one that is ordered."""
    shop, _ = earned(iban=PAID_IBAN)
    pay_out(actor=shop.owner, merchant_id=shop.merchant.pk, key="a", amount_minor=300)
    carry_payouts()
    with_account(shop, RETURNED_IBAN)
    pay_out(actor=shop.owner, merchant_id=shop.merchant.pk, key="b", amount_minor=800)
    carry_payouts()
    pay_out(actor=shop.owner, merchant_id=shop.merchant.pk, key="c", amount_minor=200)


def run(name: str) -> list[Finding]:
    with connection.cursor() as cursor:
        return CHECKS[name](cursor)


def test_clean_books_say_nothing(books: None) -> None:
    assert audit() == []


@pytest.mark.parametrize("plant", PLANTS, ids=str)
def test_the_planted_fault_is_found(plant: Plant, books: None, owner_sql: Callable[..., None]) -> None:
    owner_sql(plant.sql)
    found = run(plant.check)
    assert found, plant.fault
    assert {finding.check for finding in found} == {plant.check}
    assert all(finding.subject and finding.detail for finding in found)


def test_every_check_has_a_plant() -> None:
    assert {plant.check for plant in PLANTS} == set(CHECKS)
