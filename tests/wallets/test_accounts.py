"""Accounts and wallets: opened once, named by the chart, read by their owner alone."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest

from base.core.errors import Refused
from base.models import AuditLine
from people.models import User
from tests.factories import balance, make_one_time_code, make_person, make_shop, pay, settle_all
from wallets.core import chart
from wallets.core.chart import PLATFORM
from wallets.flows.freeze_wallet import freeze_wallet
from wallets.flows.open_account import open_account, open_wallet
from wallets.flows.top_up import top_up
from wallets.models import Account, TopUp
from wallets.queries import Balance, balances_of, entries_of, wallet_of

SHOP, WALLET = uuid.UUID(int=1), uuid.UUID(int=2)


@pytest.mark.parametrize(
    ("name", "code", "guarded", "shard"),
    [
        (chart.customer(WALLET, "EUR"), f"customer:{WALLET}:EUR", True, WALLET),
        (chart.payable(SHOP, "EUR"), f"merchant:{SHOP}:EUR:payable", True, SHOP),
        (chart.tips(SHOP, "EUR"), f"merchant:{SHOP}:EUR:tips", True, SHOP),
        (
            chart.tax(SHOP, "USD", "US-TX", "Sales tax", "8.2500"),
            f"merchant:{SHOP}:USD:tax:US-TX:Sales tax:8.2500",
            True,
            SHOP,
        ),
        (chart.fees(SHOP, "EUR"), f"platform:EUR:fees:{SHOP}", False, SHOP),
        (chart.cash("EUR", "sepa"), "platform:EUR:cash:sepa", False, PLATFORM),
        (chart.transit("EUR", "sepa"), "platform:EUR:transit:sepa", False, PLATFORM),
    ],
)
def test_the_chart(name: chart.AccountName, code: str, guarded: bool, shard: uuid.UUID) -> None:
    assert (name.code, name.guarded, name.shard_key) == (code, guarded, shard)
    assert len(code) <= 160


@pytest.mark.django_db
def test_accounts_are_opened_once_and_begin_with_nothing(
    django_assert_num_queries: Callable[..., Any],
) -> None:
    names = [chart.payable(SHOP, "EUR"), chart.tips(SHOP, "EUR"), chart.cash("EUR", "x")]
    with django_assert_num_queries(2):
        first = open_account(names=names)
    with django_assert_num_queries(1):
        assert open_account(names=reversed(names)) == first
    rows = Account.objects.filter(pk__in=first.values())
    assert set(rows.values_list("balance_minor", "held_minor", "version")) == {(0, 0, 0)}
    assert rows.get(code=names[2].code).guarded is False
    assert {row.code: row.shard_key for row in rows} == {name.code: name.shard_key for name in names}


@pytest.fixture
def ann(db: None) -> User:
    return make_person(funds={"EUR": 10_000, "VND": 500_000})


def test_a_wallet_is_opened_on_first_use_and_is_one(ann: User) -> None:
    bob = make_person()
    assert wallet_of(bob.pk) is None
    assert open_wallet(person_id=bob.pk) == open_wallet(person_id=bob.pk) == wallet_of(bob.pk)
    assert (wallet_of(ann.pk), balances_of(bob.pk), entries_of(bob.pk)) == (ann.wallet, [], [])


def test_balances_say_what_is_free(ann: User, django_assert_num_queries: Callable[..., Any]) -> None:
    pay(make_one_time_code(make_shop(), 1190), ann)
    with django_assert_num_queries(1):
        found = balances_of(ann.pk)
    assert found == [Balance("EUR", 10_000, 1190), Balance("VND", 500_000, 0)]
    assert [one.available_minor for one in found] == [8810, 500_000]


def test_history_is_ones_own_and_newest_first(
    ann: User, django_assert_num_queries: Callable[..., Any]
) -> None:
    shop = make_shop()
    payment = pay(make_one_time_code(shop, 1190), ann)
    pay(make_one_time_code(shop, 300), make_person(funds={"EUR": 500}))
    settle_all()
    with django_assert_num_queries(2):
        rows = entries_of(ann.pk)
    assert [(row.kind, row.currency, row.amount_minor, row.balance_after_minor) for row in rows] == [
        ("sale", "EUR", -1190, 8810),
        ("top_up", "VND", 500_000, 500_000),
        ("top_up", "EUR", 10_000, 10_000),
    ]
    assert rows[0].reference == f"sale:{payment.pk}"
    assert [row.kind for row in entries_of(ann.pk, before=rows[0].happened_at)] == ["top_up", "top_up"]
    assert len(entries_of(ann.pk, limit=1)) == 1


def test_freezing_is_done_once_and_written_down(ann: User) -> None:
    def freeze(on: bool) -> bool:
        return freeze_wallet(actor_id=ann.pk, wallet_id=ann.wallet.pk, on=on, reason="lost phone")

    assert [freeze(True), freeze(True), freeze(False), freeze(False)] == [True, False, True, False]
    lines = AuditLine.objects.filter(subject=ann.wallet.pk).order_by("id")
    assert sorted(lines.values_list("action", flat=True)) == ["wallet.frozen", "wallet.unfrozen"]
    assert lines[0].detail == {"reason": "lost phone"}


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"amount_minor": 0}, "amount_invalid"),
        ({"amount_minor": -5}, "amount_invalid"),
        ({"amount_minor": 100_001}, "amount_too_large"),
        ({"rail": "sepa"}, "rail_unknown"),
        ({"currency": "XXX"}, "currency_unknown"),
    ],
)
def test_a_top_up_that_is_refused_books_nothing(ann: User, changed: dict[str, Any], code: str) -> None:
    asked: dict[str, Any] = {
        "person_id": ann.pk,
        "currency": "EUR",
        "amount_minor": 500,
        "key": "k",
    } | changed
    before = TopUp.objects.count()
    with pytest.raises(Refused) as no:
        top_up(**asked)
    assert (no.value.code, TopUp.objects.count()) == (code, before)


def test_the_sandbox_is_for_demos_alone(ann: User, settings: Any) -> None:
    settings.DEMO = False
    with pytest.raises(Refused, match="rail_unknown"):
        top_up(person_id=ann.pk, currency="EUR", amount_minor=500, key="k")


def test_one_key_is_one_top_up_of_one_person(ann: User) -> None:
    bob = make_person()
    first = top_up(person_id=ann.pk, currency="EUR", amount_minor=500, key="k")
    assert top_up(person_id=ann.pk, currency="EUR", amount_minor=500, key="k") == first
    assert top_up(person_id=bob.pk, currency="EUR", amount_minor=500, key="k") != first
    with pytest.raises(Refused) as no:
        top_up(person_id=ann.pk, currency="EUR", amount_minor=501, key="k")
    assert (no.value.code, no.value.status) == ("key_reused", 422)
    assert balance(f"customer:{ann.wallet.pk}:EUR") == 10_500
    assert balance("platform:EUR:cash:sandbox") == -11_000
