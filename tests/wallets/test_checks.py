"""Each check of the ledger is silent on clean books and finds the fault planted for it."""

from collections.abc import Callable
from uuid import UUID

import pytest
from django.db import connection

from base.core.findings import Finding
from tests.base.plants import Plant, plants
from tests.factories import make_one_time_code, make_person, make_shop, pay, settle_all
from wallets.checks import CHECKS
from wallets.order_checks import ORDER_CHECKS

pytestmark = pytest.mark.django_db

PLANTS = plants(
    """
sum_is_zero: money from nowhere
    UPDATE wallets_account SET balance_minor = balance_minor + 1 WHERE id = {customer}
journals_balance: an entry was changed
    UPDATE wallets_entry SET amount_minor = amount_minor + 1 WHERE line = 1
journals_balance: a journal without entries
    INSERT INTO wallets_journal (id, reference, kind, happened_at, salt, shard_key)
    VALUES (gen_random_uuid(), 'top_up:' || {nil}, 'top_up', now(), '', {nil})
journals_balance: an entry is gone
    DELETE FROM wallets_entry WHERE line = 3
journals_balance: two entries bear one number
    UPDATE wallets_entry SET line = 1 WHERE line = 2
entries_have_parents: no such journal
    {entry} ({nil}, 1, {customer}, 5, 5, 9)
entries_have_parents: no such account
    {entry} ((SELECT id FROM wallets_journal LIMIT 1), 9, {nil}, 5, 5, 1)
guarded_not_below_zero: overdrawn
    ALTER TABLE wallets_account DROP CONSTRAINT account_guarded_not_below_zero;
    UPDATE wallets_account SET balance_minor = -1 WHERE id = {customer}
guarded_not_below_zero: more held than there is
    ALTER TABLE wallets_account DROP CONSTRAINT account_guarded_not_below_zero;
    UPDATE wallets_account SET held_minor = balance_minor + 1 WHERE id = {customer}
guarded_not_below_zero: less than nothing held
    ALTER TABLE wallets_account DROP CONSTRAINT account_held_not_negative;
    UPDATE wallets_account SET held_minor = -1 WHERE id = {customer}
balance_is_sum: a balance was changed
    UPDATE wallets_account SET balance_minor = balance_minor - 1 WHERE id = {customer}
balance_is_sum: a version was skipped
    UPDATE wallets_account SET version = version + 1 WHERE id = {customer}
chain_unbroken: a balance in the past was changed
    UPDATE wallets_entry SET balance_after_minor = balance_after_minor + 1 WHERE line = 1
chain_unbroken: a version in the past is missing
    UPDATE wallets_entry SET account_version = account_version + 1 WHERE {last_of_cash}
chain_unbroken: two entries bear one version
    UPDATE wallets_entry SET account_version = account_version - 1 WHERE {last_of_cash}
held_is_open_holds: held for nobody
    UPDATE wallets_account SET held_minor = held_minor + 1 WHERE id = {customer}
held_is_open_holds: an open hold is not held
    UPDATE wallets_hold SET amount_minor = amount_minor - 1 WHERE state = 'held'
captured_holds_have_journals: captured less than was taken
    UPDATE wallets_hold SET captured_minor = captured_minor - 1 WHERE state = 'captured'
captured_holds_have_journals: captured by no journal
    UPDATE wallets_hold SET journal = {nil} WHERE state = 'captured'
captured_holds_have_journals: captured from another account
    UPDATE wallets_hold SET account_id = {nil} WHERE state = 'captured'
cash_covers: the bank holds less than we owe
    UPDATE wallets_account SET balance_minor = balance_minor + 7 WHERE code LIKE 'platform:%:cash:%'
top_ups_booked: a booked order without journal
    UPDATE wallets_topup SET journal = {nil}
top_ups_booked: a journal without order
    UPDATE wallets_topup SET journal = NULL, state = 'ordered'
top_ups_booked: an order over another amount
    UPDATE wallets_topup SET amount_minor = amount_minor + 1
""",
    nil="'00000000-0000-0000-0000-000000000000'",
    customer="(SELECT id FROM wallets_account WHERE code LIKE 'customer:%' ORDER BY code LIMIT 1)",
    entry="INSERT INTO wallets_entry (journal_id, line, account_id, amount_minor, balance_after_minor,"
    " account_version) VALUES",
    last_of_cash="(account_id, account_version) = (SELECT id, version FROM wallets_account"
    " WHERE code LIKE 'platform:%:cash:%')",
)


@pytest.fixture
def books(db: None) -> UUID:
    """Two people who topped up, a settled payment and a promised one. Returns the payer's wallet."""
    shop, payer = make_shop(), make_person(funds={"EUR": 10_000})
    make_person(funds={"EUR": 500})
    pay(make_one_time_code(shop, 1190), payer, tip_minor=100)
    settle_all()
    pay(make_one_time_code(shop, 300), payer)
    wallet: UUID = payer.wallet.pk
    return wallet


def run(name: str) -> list[Finding]:
    with connection.cursor() as cursor:
        return CHECKS[name](cursor)


def test_clean_books_say_nothing(books: UUID) -> None:
    assert {name: run(name) for name in CHECKS} == {name: [] for name in CHECKS}


@pytest.mark.parametrize("plant", PLANTS, ids=str)
def test_the_planted_fault_is_found(plant: Plant, books: UUID, owner_sql: Callable[..., None]) -> None:
    owner_sql(plant.sql)
    found = run(plant.check)
    assert found, plant.fault
    assert {finding.check for finding in found} == {plant.check}
    assert all(finding.subject and finding.detail for finding in found)


def test_a_finding_names_the_account_that_is_wrong(books: UUID, owner_sql: Callable[..., None]) -> None:
    code = f"customer:{books}:EUR"
    owner_sql("UPDATE wallets_account SET held_minor = held_minor + 1 WHERE code = %s", code)
    assert run("held_is_open_holds") == [
        Finding("held_is_open_holds", code, "held 301, open holds 300", books)
    ]


def test_a_broken_chain_is_named_where_it_breaks_and_not_at_each_entry_after_it(
    books: UUID, owner_sql: Callable[..., None]
) -> None:
    code = f"customer:{books}:EUR"
    owner_sql(
        "UPDATE wallets_entry SET balance_after_minor = balance_after_minor + 1 WHERE account_version = 1"
        " AND account_id = (SELECT id FROM wallets_account WHERE code = %s)",
        code,
    )
    said = [(finding.subject, finding.shard_key) for finding in run("chain_unbroken")]
    assert said == [(code, books)] * 2  # the entry that was changed, and the one that followed from it


def test_every_check_has_a_plant() -> None:
    assert {plant.check for plant in PLANTS} == set(CHECKS) - set(ORDER_CHECKS)
