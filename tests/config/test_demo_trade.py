"""The demo's older months: their payouts take what they earned, so that no balance was ever below zero."""

from datetime import timedelta

import pytest

from base.ids import database_now
from config.demo import trade as demo
from config.demo.stage import set_stage
from payments.models import Payout
from reports.core.periods import days
from reports.flows.audit import audit
from reports.queries.trial_balance import trial_balance


@pytest.mark.django_db(transaction=True)
def test_a_past_month_pays_out_what_it_earned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "PAYMENTS", 12)
    monkeypatch.setattr(demo, "REFUND_EVERY", 3)
    cafe = set_stage()[0]
    until = database_now()
    made = [demo.trade(block, cafe, until) for block in (0, 1)]
    assert made == [7, 7]
    assert [demo.trade(block, cafe, until) for block in (0, 1)] == [0, 0]
    payout = Payout.objects.get()
    day = payout.happened_at.date()
    # The day of the payout is the last of its block: from the next on there is only newer money.
    before = days(day - timedelta(days=90), day, "UTC")
    (sheet,) = trial_balance(cafe.merchant, before)
    assert all(each.closing_minor >= 0 for each in sheet.accounts)
    (now,) = trial_balance(cafe.merchant, days(day - timedelta(days=90), until.date(), "UTC"))
    assert all(each.closing_minor > 0 for each in now.accounts if each.account.name.kind == "payable")
    assert audit() == []
