"""T2: under eight clients the sum of all accounts is right in every read, and nothing is overdrawn.

The controls are banks as they are often written; the same eyes must find them out.
"""

import time

import pytest

from tests.proofs.bank import Bank, as_they_come, by_the_ledger, without_locks
from tests.proofs.scale import Tell, times
from tests.races.threads import assert_clean

pytestmark = pytest.mark.django_db(transaction=True)
MODES = {
    "READ COMMITTED": times(8_000, 240_000),  # accounts locked in one order: never a deadlock
    "SERIALIZABLE": times(2_000, 60_000),  # most transactions meet another and are asked for again
}
EXPECTED = {"READ COMMITTED": set[str](), "SERIALIZABLE": {"40001"}}


@pytest.mark.parametrize("isolation", MODES)
def test_no_total_is_wrong_in_any_read(isolation: str, tell: Tell) -> None:
    bank, wanted, began = Bank(), MODES[isolation], time.monotonic()
    seen = bank.run(by_the_ledger, transfers=wanted, seed=1, isolation=isolation)
    tell(
        "bank",
        mode=isolation,
        transfers=seen.moved,
        refused=seen.refused,
        reads=seen.reads,
        wrong_totals=seen.wrong_totals,
        negatives=seen.negatives,
        deadlocks=seen.errors["40P01"],
        retried=dict(seen.errors),
        seconds=round(time.monotonic() - began),
    )
    assert seen.moved >= wanted
    assert seen.reads >= wanted // 6
    assert (seen.wrong_totals, seen.negatives) == (0, 0)
    assert set(seen.errors) == EXPECTED[isolation]
    assert_clean()


def test_locks_in_no_order_end_in_deadlocks() -> None:
    seen = Bank().run(as_they_come, transfers=40, seed=2)
    assert seen.errors["40P01"] > 0
    assert (seen.wrong_totals, seen.negatives) == (0, 0)


def test_balances_written_without_a_lock_make_totals_wrong() -> None:
    seen = Bank().run(without_locks, transfers=80, seed=3)
    assert seen.wrong_totals > 0
