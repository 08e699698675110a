"""T5: nine races, many times each, without and with a process that dies between two of its steps.

A trial is judged by its answers and by the books; at the end of each race the audit finds nothing.
"""

import time

import pytest
from django.db import transaction
from django.db.models import Sum

from base.core.errors import Refused
from payments.models import Payment, Refund
from tests.proofs.races import RACES, Act, Scene, refunds
from tests.proofs.scale import Tell, times
from tests.races.kills import Death
from tests.races.threads import Crew, assert_clean

pytestmark = pytest.mark.django_db(transaction=True)
TRIALS = times(20, 400)
WIDEST = 50


@pytest.mark.parametrize("name", RACES)
def test_one_wins_and_once(name: str, tell: Tell) -> None:
    """In every second trial the first to come to some statement dies there, and is asked again."""
    scene, deaths, began = Scene(), 0, time.monotonic()
    with Crew(WIDEST) as crew:
        for turn in range(TRIALS):
            trial = RACES[name](scene, turn)
            death = Death(at=1 + turn * 5 % trial.statements)
            if turn % 2:
                trial.acts = [death.stalks(act) for act in trial.acts]
            trial.judge(crew.at_once(*trial.acts))
            deaths += death.happened
    tell("race", race=name, trials=TRIALS, deaths=deaths, seconds=round(time.monotonic() - began, 1))
    assert deaths >= TRIALS // 5
    assert_clean()


def naive(payment: Payment, key: str) -> Act:
    """A refund as it is often written: look at what is left, then write it down."""

    def act() -> None:
        with transaction.atomic():
            gone = payment.refunds.aggregate(gone=Sum("amount_minor"))["gone"] or 0
            if gone + 60 > payment.total_minor:
                raise Refused("refund_too_large", "This is more than is left to refund.", status=409)
            Refund.objects.create(
                payment=payment,
                merchant=payment.merchant,
                amount_minor=60,
                tax_minor=0,
                tip_minor=0,
                fee_minor=0,
                ordered_by=payment.person,
                happened_at=payment.happened_at,
            )

    return act


def test_a_refund_that_looks_and_then_writes_is_found_out() -> None:
    """The control: it gives back more than was paid in most trials (29 of 30 in the design's prototype)."""
    scene, over = Scene(), 0
    with Crew(20) as crew:
        for turn in range(20):
            trial = refunds(scene, turn, back=naive)
            answers = crew.at_once(*trial.acts)
            over += answers.count(None) > 1
            with pytest.raises(AssertionError):
                trial.judge(answers)
    assert over >= 10, f"more than one refund in {over} of 20 trials"
