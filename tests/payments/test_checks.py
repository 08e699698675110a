"""Each check of payments, refunds and receipts: silent on clean books, and finds the fault planted for it."""

from collections.abc import Callable

import pytest
from django.db import connection

from base.core.findings import Finding
from payments.checks.sales import CHECKS
from payments.flows.refund import refund
from payments.models import Payment
from reports.flows.audit import audit
from tests.base.plants import Plant, plants
from tests.factories import make_one_time_code, make_person, make_shop, make_static_code, pay, settle_all

PLANTS = plants(
    """
settled_has_one_journal: settled by no journal
    UPDATE payments_payment SET journal = {nil} WHERE {first}
settled_has_one_journal: a sale nobody made
    {journal} 'sale:' || {nil}, 'sale', now(), '', {nil})
settled_has_one_journal: settled and not marked so
    UPDATE payments_payment SET state = 'promised', journal = NULL, settled_at = NULL, refunded_minor = 0
    WHERE {first}
settled_has_one_journal: another's journal
    UPDATE wallets_journal SET reference = 'sale:' || gen_random_uuid() WHERE kind = 'sale'
promised_settles_soon: a promise that grows old
    UPDATE payments_payment SET created_at = now() - interval '16 minutes' WHERE state = 'promised'
promised_is_due: a promise that nobody will settle
    DELETE FROM payments_due
promised_is_due: settled and still due
    INSERT INTO payments_due SELECT p.id, 0, p.merchant_id, p.journal, now(), '', '', '', '{{}}'
    FROM payments_payment p WHERE state = 'settled' LIMIT 1
promised_is_due: due with another shop
    UPDATE payments_due SET merchant = {nil}
promised_is_due: a promise without its entries
    UPDATE wallets_hold SET leg_accounts = NULL, leg_amounts = NULL
holds_end_once: a promise without its hold
    UPDATE wallets_hold SET state = 'released', ended_at = now(), leg_accounts = NULL, leg_amounts = NULL
    WHERE state = 'held'
holds_end_once: a hold for another payment
    UPDATE wallets_hold SET payment = {nil}
    WHERE payment = (SELECT payment FROM wallets_hold WHERE state = 'captured' LIMIT 1)
holds_end_once: held for another amount
    UPDATE wallets_hold SET amount_minor = amount_minor + 1 WHERE state = 'held'
holds_end_once: captured by another journal
    UPDATE wallets_hold SET journal = {nil} WHERE state = 'captured'
holds_end_once: captured in part
    UPDATE wallets_hold SET captured_minor = captured_minor - 1 WHERE state = 'captured'
holds_have_payments: held for nothing
    INSERT INTO wallets_hold (payment, account_id, amount_minor) VALUES ({nil}, {nil}, 5)
holds_have_payments: captured for nothing
    INSERT INTO wallets_hold (payment, account_id, amount_minor, captured_minor, state, journal, ended_at)
    VALUES ({nil}, {nil}, 5, 5, 'captured', {nil}, now())
lines_add_up: a line of another amount
    UPDATE payments_saleline SET net_minor = net_minor + 1
lines_add_up: a line of another tax
    UPDATE payments_saleline SET net_minor = net_minor + 1, tax_minor = tax_minor - 1 WHERE tax_minor > 0
lines_add_up: a sale without lines
    DELETE FROM payments_saleline
    WHERE payment_id IN (SELECT id FROM payments_payment WHERE state = 'promised')
sale_moves_its_tax: another tax
    UPDATE payments_payment SET tax_minor = tax_minor + 1 WHERE {first}
sale_moves_its_tax: another tip
    UPDATE payments_payment SET tip_minor = tip_minor + 1, sale_minor = sale_minor - 1 WHERE {first}
sale_moves_its_tax: another fee
    UPDATE payments_payment SET fee_minor = fee_minor + 1 WHERE {first}
refunds_within: more given back than refunds say
    UPDATE payments_payment SET refunded_minor = refunded_minor + 1 WHERE {first}
refunds_within: a refund that the payment does not know
    UPDATE payments_payment SET refunded_minor = 0
refunds_within: more than was paid
    ALTER TABLE payments_payment DROP CONSTRAINT payment_refunded_within;
    UPDATE payments_payment SET refunded_minor = total_minor + 1 WHERE {first};
    UPDATE payments_refund SET amount_minor = (SELECT refunded_minor FROM payments_payment WHERE {first})
refunds_have_journals: posted by no journal
    UPDATE payments_refund SET journal = {nil}
refunds_have_journals: a refund nobody ordered
    {journal} 'refund:' || {nil}, 'refund', now(), '', {nil})
refunds_have_journals: posted and not marked so
    UPDATE payments_refund SET state = 'refused', journal = NULL
refunds_add_up: a line of another amount
    UPDATE payments_refundline SET net_minor = net_minor + 1
refunds_add_up: a line of another tax
    UPDATE payments_refundline SET net_minor = net_minor - 1, tax_minor = tax_minor + 1
refunds_add_up: another amount moved
    UPDATE payments_refund SET amount_minor = amount_minor + 1, tip_minor = tip_minor + 1
refunds_add_up: another fee moved
    UPDATE payments_refund SET fee_minor = fee_minor + 1
receipts_without_gaps: a number was given to nobody
    UPDATE payments_receiptcounter SET last = last + 1
receipts_without_gaps: a number is missing
    UPDATE payments_receiptcounter SET last = last + 1;
    UPDATE payments_receipt SET number = number + 1 WHERE {last_receipt}
receipts_without_gaps: a receipt is gone
    DELETE FROM payments_receipt WHERE {last_receipt}
receipts_without_gaps: numbers begin at two
    DELETE FROM payments_receipt WHERE number = 1
receipts_without_gaps: a counter is gone
    DELETE FROM payments_receiptcounter
receipts_match_journals: a receipt was changed
    UPDATE payments_receipt SET body = replace(body, 'Café', 'Cafe')
receipts_match_journals: changed together with its hash
    UPDATE payments_receipt SET body = body || ' ', sha256 = sha256(convert_to(body || ' ', 'UTF8'))
receipts_match_journals: a journal without receipt
    DELETE FROM payments_receipt WHERE {last_receipt}
receipts_match_journals: a receipt without journal
    UPDATE payments_receipt SET journal = {nil} WHERE {last_receipt}
events_told: the till was not told of a promise
    DELETE FROM base_event WHERE kind = 'payment.promised'
events_told: nor of a settlement
    DELETE FROM base_event WHERE kind = 'payment.settled'
events_told: nor of a refund
    DELETE FROM base_event WHERE kind = 'refund.posted'
events_told: told of a settlement that was not
    UPDATE base_event SET kind = 'payment.settled' WHERE kind = 'payment.promised'
events_told: told of a payment that nobody made
    UPDATE base_event SET subject = {nil}
    WHERE subject = (SELECT id FROM payments_payment ORDER BY id LIMIT 1)
events_told: told twice
    INSERT INTO base_event (id, topic, kind, subject, shard_key, payload)
    SELECT gen_random_uuid(), topic, kind, subject, shard_key, payload FROM base_event
""",
    nil="'00000000-0000-0000-0000-000000000000'",
    first="id = (SELECT id FROM payments_payment ORDER BY id LIMIT 1)",
    last_receipt="number = (SELECT max(number) FROM payments_receipt)",
    journal="INSERT INTO wallets_journal (id, reference, kind, happened_at, salt, shard_key)"
    " VALUES (gen_random_uuid(),",
)


def trade() -> Payment:
    """A settled payment of which a part went back, one settled and whole, and one promised."""
    shop, payer = make_shop(), make_person(funds={"EUR": 10_000})
    payment = pay(make_one_time_code(shop, 1190), payer, tip_minor=100)
    pay(make_static_code(shop), payer, 500)
    settle_all()
    refund(actor=shop.cashier, payment_id=payment.pk, key="part", amount_minor=645)
    pay(make_one_time_code(shop, 300), payer)
    return payment


def run(name: str) -> list[Finding]:
    with connection.cursor() as cursor:
        return CHECKS[name](cursor)


@pytest.mark.django_db
def test_clean_books_say_nothing() -> None:
    trade()
    assert {name: run(name) for name in CHECKS} == {name: [] for name in CHECKS}


@pytest.mark.django_db
@pytest.mark.parametrize("plant", PLANTS, ids=str)
def test_the_planted_fault_is_found(plant: Plant, owner_sql: Callable[..., None]) -> None:
    trade()
    connection.check_constraints()  # what is deferred would forbid the owner to change a table
    owner_sql(plant.sql)
    found = run(plant.check)
    assert found, plant.fault
    assert {finding.check for finding in found} == {plant.check}
    assert all(finding.subject and finding.detail for finding in found)


def test_every_check_has_a_plant() -> None:
    assert {plant.check for plant in PLANTS} == set(CHECKS)


@pytest.mark.django_db(transaction=True)
def test_the_whole_audit_is_clean_and_then_finds_the_fault(owner_sql: Callable[..., None]) -> None:
    payment = trade()
    assert audit() == []
    owner_sql("UPDATE payments_payment SET refunded_minor = refunded_minor - 1 WHERE id = %s", payment.pk)
    said = "refunded 644 of 1290, refunds say 645"
    assert audit() == [Finding("refunds_within", str(payment.pk), said, payment.merchant_id)]
