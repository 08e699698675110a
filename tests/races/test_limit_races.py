"""A wallet's limits hold for however many debits at once."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from uuid import UUID

import pytest
from django.db import transaction

from base.ids import new_id
from tests.factories import make_person
from tests.races.threads import at_once
from wallets.core import chart
from wallets.flows.hold import hold
from wallets.flows.limit_spending import limit_spending
from wallets.flows.release import release
from wallets.models import Hold, Spending, Wallet

pytestmark = pytest.mark.django_db(transaction=True)


def debit(wallet_id: UUID, at: datetime) -> str:
    """What a confirm does: hold, then count."""
    with transaction.atomic():
        hold(account=chart.customer(wallet_id, "EUR"), amount_minor=4_000, payment_id=new_id())
        limit_spending(wallet_id=wallet_id, currency="EUR", amount_minor=4_000, at=at)
    return "done"


@pytest.mark.parametrize("days", [1, 20], ids=["one day", "twenty days"])
def test_twenty_at_once_against_the_months_limit(days: int) -> None:
    """150 euros a month, 40 each: three go through, whether they fall on one day or on twenty."""
    ann = make_person(funds={"EUR": 90_000})
    Wallet.objects.filter(pk=ann.wallet.pk).update(tier="basic")
    acts: list[Callable[[], str]] = [
        partial(debit, ann.wallet.pk, datetime(2026, 11, 1 + number % days, 12, tzinfo=UTC))
        for number in range(20)
    ]
    assert Counter(at_once(*acts)) == {"done": 3, "over_limit": 17}
    assert sum(Spending.objects.values_list("spent_minor", flat=True)) == 12_000
    payments = list(Hold.objects.values_list("pk", flat=True))
    with transaction.atomic():
        assert release(payments=payments) == 3
