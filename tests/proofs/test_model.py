"""T4: in whatever order things happen, the books say what a ledger in plain Python says.

Steps are drawn by hypothesis; a difference is shrunk to the shortest story that shows it. A step here is
one call of a flow, with its outcome and every balance compared; a rule may take several.
"""

import time
from itertools import count

import pytest
from hypothesis import HealthCheck, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.proofs.cast import Cast
from tests.proofs.machine_out import Model
from tests.proofs.scale import Tell, times

STEPS, RULES, EXAMPLES = times(10_000, 200_000), times(50, 100), 20
BUDGET = settings(
    max_examples=EXAMPLES,
    stateful_step_count=RULES,
    database=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.django_db(transaction=True)
def test_the_books_agree_with_a_ledger_in_plain_python(tell: Tell) -> None:
    """Twenty examples a seed, seed after seed, until there were steps enough."""
    Model.cast, began = Cast.make(), time.monotonic()
    Model.done.clear()
    for number in count(1):
        run_state_machine_as_test(seed(number)(Model), settings=BUDGET)
        if (steps := sum(Model.done.values())) >= STEPS:
            break
    kinds = dict(sorted(Model.done.items()))
    seconds = round(time.monotonic() - began)
    tell("model", steps=steps, examples=EXAMPLES * number, differences=0, seconds=seconds, kinds=kinds)
    assert min(kinds.get(step, 0) for step in ("confirm", "settle", "refund", "send", "payout", "share")) > 0
