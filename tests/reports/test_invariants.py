"""Twelve invariants, one planted corruption each: the audit names the invariant that is broken.

The finer plants, one or more a check, are in tests/wallets and tests/payments.
"""

from collections.abc import Callable

import pytest

from base.core.findings import Finding
from reports.core.invariants import INVARIANTS, count_by_invariant
from reports.flows.audit import CHECKS, audit
from tests.reports.conftest import Trade

NIL = "'00000000-0000-0000-0000-000000000000'"
FIRST = "id = (SELECT id FROM payments_payment WHERE state = 'settled' ORDER BY id LIMIT 1)"
PLANTS = {
    "I1": "UPDATE wallets_account SET balance_minor = balance_minor + 1 WHERE code LIKE 'platform:%:cash:%'",
    "I2": "DELETE FROM wallets_entry WHERE line = 3",
    "I3": "ALTER TABLE wallets_account DROP CONSTRAINT account_guarded_not_below_zero;"
    "UPDATE wallets_account SET balance_minor = -1 WHERE code LIKE 'customer:%'",
    "I4": "UPDATE wallets_entry SET balance_after_minor = balance_after_minor + 1 WHERE line = 1",
    "I5": f"UPDATE payments_payment SET journal = {NIL} WHERE {FIRST}",
    "I6": "INSERT INTO wallets_journal (id, reference, kind, happened_at, salt, shard_key)"
    f" VALUES (gen_random_uuid(), 'sale:{NIL[1:-1]}', 'sale', now(), '', {NIL})",
    "I7": f"UPDATE payments_payment SET refunded_minor = refunded_minor - 1 WHERE {FIRST}",
    "I9": f"UPDATE wallets_hold SET payment = {NIL}"
    " WHERE payment = (SELECT payment FROM wallets_hold WHERE state = 'captured' LIMIT 1)",
    "I10": "DELETE FROM base_event WHERE kind = 'refund.posted'",
    "I11": "UPDATE payments_receipt SET body = replace(body, 'Café', 'Cafe')",
    "I12": "UPDATE payments_receiptcounter SET last = last + 1",
}


def test_there_are_twelve_and_every_check_holds_one_of_them_or_is_named_beside_them() -> None:
    assert [each.name for each in INVARIANTS] == [*(f"I{number}" for number in range(1, 13)), "more"]
    named = [check for each in INVARIANTS for check in each.checks]
    assert set(named) == set(CHECKS)
    assert [each.name for each in INVARIANTS if not each.checks] == ["I8"]


def test_no_two_apps_name_a_check_alike() -> None:
    assert len({name.partition(".")[2] for name in CHECKS}) == len(CHECKS)


def test_each_has_its_plant() -> None:
    assert set(PLANTS) == {each.name for each in INVARIANTS} - {"I8", "more"}


@pytest.mark.parametrize("name", PLANTS)
def test_the_planted_corruption_is_found(name: str, trade: Trade, owner_sql: Callable[..., None]) -> None:
    assert not any(count_by_invariant(audit()).values())
    owner_sql(PLANTS[name])
    assert count_by_invariant(audit())[name] > 0


def test_a_finding_carries_the_merchant_whose_books_it_is_about(
    trade: Trade, owner_sql: Callable[..., None]
) -> None:
    owner_sql(f"UPDATE payments_payment SET refunded_minor = refunded_minor - 1 WHERE {FIRST}")
    assert {finding.shard_key for finding in audit()} == {trade.shop.merchant.pk}


def test_a_finding_counts_for_each_invariant_that_its_check_holds() -> None:
    counts = count_by_invariant([Finding("settled_has_one_journal", "a", "b")])
    assert {name for name, found in counts.items() if found} == {"I5", "I6"}
