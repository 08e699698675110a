"""Each check of releases and recalls: silent on clean books, and finds the fault planted for it."""

from collections.abc import Callable

import pytest
from django.db import connection

from base.core.findings import Finding
from payments.checks.releases import CHECKS
from payments.flows.refund import refund
from payments.models import Payment
from reports.flows.audit import audit
from tests.base.plants import Plant, plants
from tests.factories import make_one_time_code, pay, settle_all
from tests.payments.payouts.stage import earned, released

PLANTS = plants(
    """
releases_have_journals: released by no journal
    UPDATE payments_taxrelease SET journal = {nil} WHERE "to" = 'payable'
releases_have_journals: remitted by a journal of another kind
    UPDATE payments_taxrelease SET "to" = 'payable', netted_minor = 0 WHERE "to" = 'authority'
releases_have_journals: a release nobody made
    {journal} 'tax_release:' || {nil}, 'tax_release', now(), '', {nil})
releases_have_journals: a release is gone
    DELETE FROM payments_taxreleasepart; DELETE FROM payments_taxrelease
releases_move_their_parts: another amount
    UPDATE payments_taxrelease SET amount_minor = amount_minor + 1 WHERE "to" = 'payable'
releases_move_their_parts: netted otherwise
    UPDATE payments_taxrelease SET netted_minor = netted_minor + 1 WHERE netted_minor > 0
releases_move_their_parts: a part of another amount
    UPDATE payments_taxreleasepart SET amount_minor = amount_minor + 1
releases_move_their_parts: a part of another place
    UPDATE payments_taxrelease SET place = 'AT'
releases_move_their_parts: a part is gone
    DELETE FROM payments_taxreleasepart WHERE account LIKE '%19.0000'
releases_move_their_parts: an entry went elsewhere
    UPDATE wallets_entry SET account_id = {nil} WHERE journal_id IN (SELECT journal FROM payments_taxrelease)
release_papers_match: a paper was changed
    UPDATE payments_taxrelease SET document = replace(document, 'DE', 'AT')
releases_told: nobody was told
    DELETE FROM base_event WHERE kind = 'tax.released'
releases_told: told twice
    INSERT INTO base_event (id, topic, kind, subject, shard_key, payload)
    SELECT gen_random_uuid(), 'x', 'tax.remitted', id, merchant_id, '[]' FROM payments_taxrelease
releases_told: told of a release that nobody made
    INSERT INTO base_event (id, topic, kind, subject, shard_key, payload)
    VALUES (gen_random_uuid(), 'x', 'tax.released', {nil}, {nil}, '[]')
recalls_fill_their_refunds: a recall for no refund
    UPDATE wallets_journal SET reference = 'recall:' || id WHERE kind = 'recall'
recalls_fill_their_refunds: a recall for a refund of another shop
    UPDATE wallets_journal SET shard_key = {nil} WHERE kind = 'recall'
recalls_fill_their_refunds: more than the refund took
    UPDATE wallets_entry SET amount_minor = amount_minor + 1000 WHERE amount_minor > 0 AND journal_id IN
    (SELECT id FROM wallets_journal WHERE kind = 'recall')
recalls_fill_their_refunds: taken from the tips
    UPDATE wallets_entry SET account_id = (SELECT id FROM wallets_account WHERE code LIKE '%:tips' LIMIT 1)
    WHERE amount_minor < 0 AND journal_id IN (SELECT id FROM wallets_journal WHERE kind = 'recall')
claims_within_remitted: a claim above zero
    UPDATE wallets_account SET balance_minor = 1 WHERE code LIKE '%:tax_claim:%'
claims_within_remitted: more was claimed than went there
    UPDATE payments_taxrelease SET "to" = 'payable', netted_minor = 0
""",
    nil="'00000000-0000-0000-0000-000000000000'",
    journal="INSERT INTO wallets_journal (id, reference, kind, happened_at, salt, shard_key)"
    " VALUES (gen_random_uuid(),",
)


@pytest.fixture
def books(transactional_db: None) -> None:
    """A remittance, a refund that claims, a remittance that nets, a release, and a refund that recalls."""
    shop, payer = earned(mode="ring_fence")
    sale = Payment.objects.get(merchant=shop.merchant)
    released(shop, "authority")
    refund(actor=shop.cashier, payment_id=sale.pk, key="a", amount_minor=645)
    pay(make_one_time_code(shop, 2380), payer)
    settle_all()
    released(shop, "authority", amount_minor=150)
    released(shop, amount_minor=200)
    refund(actor=shop.cashier, payment_id=sale.pk, key="b", amount_minor=400)
    later = Payment.objects.filter(merchant=shop.merchant).exclude(pk=sale.pk).get()
    refund(actor=shop.cashier, payment_id=later.pk, key="c", amount_minor=1000)


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
