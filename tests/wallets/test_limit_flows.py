"""A wallet's limits in its flows: counted with the debit, by the world's day, taken back with a refusal."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import override_settings

from base.core.errors import Refused
from base.models import AuditLine
from people.models import User
from tests.factories import make_person
from wallets.core.limits import TIERS
from wallets.flows.limit_spending import limit_spending
from wallets.flows.open_account import open_wallet
from wallets.flows.set_tier import set_tier
from wallets.flows.top_up import top_up
from wallets.models import Spending, TopUp, Wallet

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def wallet() -> Wallet:
    with override_settings(NEW_WALLET_TIER="basic"):
        return open_wallet(person_id=make_person().pk)


def spend(wallet_id: UUID, amount_minor: int, at: datetime = NOON, currency: str = "EUR") -> str:
    """One debit's count: "" or the period whose limit refused it."""
    try:
        with transaction.atomic():
            limit_spending(wallet_id=wallet_id, currency=currency, amount_minor=amount_minor, at=at)
    except Refused as no:
        return str(no.facts["period"])
    return ""


def counted(wallet: Wallet) -> list[tuple[str, str, int]]:
    rows = Spending.objects.filter(wallet=wallet.pk).order_by("currency", "day")
    return [(row.currency, f"{row.day:%m-%d}", row.spent_minor) for row in rows]


def test_a_new_wallet_has_the_tier_of_the_setting(wallet: Wallet) -> None:
    assert Wallet.objects.get(pk=wallet.pk).tier == "basic"
    assert open_wallet(person_id=wallet.owner_id).tier == "basic"
    assert open_wallet(person_id=make_person().pk).tier == "verified"


def test_the_database_knows_the_tiers() -> None:
    person = make_person()
    with pytest.raises(IntegrityError, match="wallet_tier_known"), transaction.atomic():
        Wallet.objects.create(owner=person, tier="gold")


def test_payment_day_and_month_and_the_refused_are_not_counted(wallet: Wallet) -> None:
    assert spend(wallet.pk, 5_001) == "payment"
    assert counted(wallet) == []
    assert [spend(wallet.pk, 5_000) for _ in range(3)] == [""] * 3
    assert spend(wallet.pk, 1) == "month"
    assert counted(wallet) == [("EUR", "11-22", 15_000)]


def test_a_month_is_its_days_and_ends_at_midnight_utc(wallet: Wallet) -> None:
    first, last = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 30, 23, 59, 59, tzinfo=UTC)
    assert spend(wallet.pk, 5_000, first - timedelta(seconds=1)) == ""
    assert [spend(wallet.pk, 5_000, at) for at in (first, NOON, last)] == [""] * 3
    assert spend(wallet.pk, 1, first + timedelta(days=7)) == "month"
    assert spend(wallet.pk, 5_000, last + timedelta(seconds=1)) == ""
    assert counted(wallet) == [
        ("EUR", "10-31", 5_000),
        ("EUR", "11-01", 5_000),
        ("EUR", "11-22", 5_000),
        ("EUR", "11-30", 5_000),
        ("EUR", "12-01", 5_000),
    ]


def test_the_day_is_the_utc_day_of_the_moment(wallet: Wallet) -> None:
    set_tier(actor_id=wallet.owner_id, wallet_id=wallet.pk, tier="verified", reason="Passport seen")
    evening_in_austin = datetime.fromisoformat("2026-11-21T20:00:00-06:00")
    assert [spend(wallet.pk, 500_000, evening_in_austin) for _ in range(3)] == [""] * 3
    assert spend(wallet.pk, 1) == "day"
    assert spend(wallet.pk, 1, NOON + timedelta(days=1)) == ""


def test_currencies_and_wallets_are_counted_apart(wallet: Wallet) -> None:
    other = open_wallet(person_id=make_person().pk)
    assert [spend(wallet.pk, 5_000) for _ in range(3)] == [""] * 3
    assert spend(wallet.pk, 1_300_000, currency="VND") == ""
    assert spend(other.pk, 5_000) == ""


def test_it_is_one_statement_however_much_was_spent(
    wallet: Wallet, django_assert_num_queries: Callable[..., Any]
) -> None:
    for day in range(1, 29):
        spend(wallet.pk, 10, NOON.replace(day=day))
    with transaction.atomic(), django_assert_num_queries(1):
        limit_spending(wallet_id=wallet.pk, currency="EUR", amount_minor=1, at=NOON)


@pytest.mark.django_db(transaction=True)
def test_it_wants_the_debits_transaction() -> None:
    wallet = open_wallet(person_id=make_person().pk)
    with pytest.raises(AssertionError, match="transaction"):
        limit_spending(wallet_id=wallet.pk, currency="EUR", amount_minor=1, at=NOON)
    assert not connection.in_atomic_block


def test_the_table_takes_no_spending_of_nothing(wallet: Wallet) -> None:
    with pytest.raises(IntegrityError, match="spending_positive"), transaction.atomic():
        Spending.objects.create(wallet=wallet.pk, currency="EUR", day=NOON.date(), spent_minor=0)


def test_a_top_up_fills_a_wallet_and_not_more(wallet: Wallet) -> None:
    def up(amount_minor: int) -> TopUp:
        return top_up(person_id=wallet.owner_id, currency="EUR", amount_minor=amount_minor, key=str(uuid4()))

    up(10_000)
    with pytest.raises(Refused) as no:
        up(5_001)
    assert (no.value.code, no.value.status, no.value.facts) == ("wallet_full", 409, {"cap_minor": 15_000})
    up(5_000)
    assert sum(TopUp.objects.values_list("amount_minor", flat=True)) == 15_000


def test_a_tier_is_set_with_a_reason_once_and_leaves_its_line(wallet: Wallet) -> None:
    operator: User = make_person(is_staff=True)
    for tier, reason, code in (("gold", "x", "tier_unknown"), ("verified", " ", "reason_missing")):
        with pytest.raises(Refused, match=code):
            set_tier(actor_id=operator.pk, wallet_id=wallet.pk, tier=tier, reason=reason)
    assert not AuditLine.objects.filter(action="wallet.tier_set").exists()
    answers = [
        set_tier(actor_id=operator.pk, wallet_id=wallet.pk, tier="verified", reason="Passport seen")
        for _ in range(2)
    ]
    assert answers == [True, False]
    line = AuditLine.objects.get(action="wallet.tier_set")
    assert (line.action, line.actor_id, line.subject) == ("wallet.tier_set", operator.pk, wallet.pk)
    assert line.detail == {"before": "basic", "after": "verified", "reason": "Passport seen"}
    assert not set_tier(actor_id=operator.pk, wallet_id=uuid4(), tier="basic", reason="No such wallet")


def test_tiers_fit_their_column() -> None:
    assert all(len(tier) <= 10 for tier in TIERS)
