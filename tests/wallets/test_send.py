"""Sends and asks: from wallet to wallet, with a PIN, once; an ask is paid once and ends once."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from base.core.errors import Refused
from people.flows.set_name import set_name
from people.models import Pin, User
from tests.factories import make_one_time_code, make_person, make_shop, pay
from tests.wallets.orders import asks, pays, sends
from wallets.flows.end_ask import end_ask
from wallets.flows.expire_asks import expire_asks
from wallets.flows.freeze_wallet import freeze_wallet
from wallets.flows.show_code import show_code
from wallets.models import Ask, Spending, Transfer, Wallet
from wallets.queries import Other, asks_of, balances_of, entries_of, others_of, receiver_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann() -> User:
    return make_person(name="Ann", funds={"EUR": 10_000})


@pytest.fixture
def ben() -> User:
    return make_person(name="Ben")


def euros(person: User) -> int:
    return sum(each.balance_minor for each in balances_of(person.pk) if each.currency == "EUR")


def code_of(act: Callable[[], Any]) -> str:
    with pytest.raises(Refused) as no:
        act()
    assert no.value.message
    return no.value.code


def test_money_goes_from_one_to_the_other_and_both_see_it(ann: User, ben: User) -> None:
    row = sends(ann, ben, 2_000, note="  For the\tconcert ")
    assert (euros(ann), euros(ben)) == (8_000, 2_000)
    assert (row.note, row.currency, row.amount_minor) == ("For the concert", "EUR", 2_000)
    for person, other, moved in ((ann, "Ben", -2_000), (ben, "Ann", 2_000)):
        newest = entries_of(person.pk)[0]
        assert (newest.kind, newest.amount_minor) == ("send", moved)
        assert others_of(person.pk, [newest.journal]) == {
            newest.journal: Other(other, "For the concert", reversed=False)
        }
    assert others_of(make_person().pk, [row.journal]) == {}
    assert Spending.objects.get(wallet=ann.wallet.pk).spent_minor == 2_000
    assert not Spending.objects.filter(wallet=ben.wallet.pk).exists()


def test_one_key_is_one_send(ann: User, ben: User) -> None:
    assert sends(ann, ben, 2_000, key="k").pk == sends(ann, ben, 2_000, key="k").pk
    assert euros(ann) == 8_000
    assert code_of(lambda: sends(ann, ben, 2_001, key="k")) == "key_reused"
    assert euros(ann) == 8_000


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"amount_minor": 0}, "amount_invalid"),
        ({"amount_minor": -5}, "amount_invalid"),
        ({"amount_minor": 10_001}, "balance_too_low"),
        ({"currency": "XXX"}, "currency_unknown"),
        ({"currency": "VND"}, "balance_too_low"),
        ({"note": "pay\u202eme"}, "text_invalid"),
        ({"note": "x" * 81}, "text_too_long"),
        ({"pin": "111112"}, "pin_wrong"),
        ({"token": "A" * 22}, "not_found"),
        ({"token": ""}, "not_found"),
    ],
)
def test_what_is_refused_moves_nothing(ann: User, ben: User, said: dict[str, Any], code: str) -> None:
    assert code_of(lambda: sends(ann, ben, **said)) == code
    assert (euros(ann), euros(ben)) == (10_000, 0)
    assert Transfer.objects.count() == Spending.objects.count() == 0


def test_a_code_that_is_none_costs_no_try_of_the_pin(ann: User, ben: User) -> None:
    assert code_of(lambda: sends(ann, ben, token="nobody", pin="111112")) == "not_found"
    assert Pin.objects.get(person=ann).wrong_tries == 0


def test_nobody_sends_to_themselves(ann: User) -> None:
    assert code_of(lambda: sends(ann, ann)) == "own_wallet"
    with pytest.raises(IntegrityError, match="transfer_to_another"), transaction.atomic():
        Transfer.objects.create(
            payer=ann.wallet,
            receiver=ann.wallet,
            currency="EUR",
            amount_minor=1,
            journal=ann.pk,
            happened_at=ann.date_joined,
        )


def test_a_frozen_wallet_sends_nothing_and_may_get(ann: User, ben: User) -> None:
    freeze_wallet(actor_id=ann.pk, wallet_id=ann.wallet.pk, on=True, reason="Test")
    assert code_of(lambda: sends(ann, ben)) == "wallet_frozen"
    cy = make_person(funds={"EUR": 500})
    show_code(person_id=ann.pk)
    sends(cy, ann, 500)
    assert (euros(ann), euros(ben), euros(cy)) == (10_500, 0, 0)


def test_what_is_promised_to_a_shop_cannot_be_sent(ann: User, ben: User) -> None:
    pay(make_one_time_code(make_shop(), 4_000), ann)
    assert code_of(lambda: sends(ann, ben, 6_001)) == "balance_too_low"
    sends(ann, ben, 6_000)
    assert euros(ben) == 6_000


def test_the_payers_limit_and_the_receivers(ann: User, ben: User) -> None:
    sends(ann, ben, 1)
    Wallet.objects.filter(pk=ann.wallet.pk).update(tier="basic")
    assert code_of(lambda: sends(ann, ben, 5_001)) == "over_limit"
    Wallet.objects.filter(pk=ann.wallet.pk).update(tier="verified")
    Wallet.objects.filter(pk=ben.wallet.pk).update(tier="basic")
    rich = make_person(funds={"EUR": 90_000})
    with pytest.raises(Refused) as no:
        sends(rich, ben, 15_000)
    assert (no.value.code, no.value.facts) == ("receiver_full", {})
    assert (euros(rich), euros(ben)) == (90_000, 1)
    sends(rich, ben, 14_999)


def test_a_code_is_made_once_shows_a_name_and_is_replaced_on_wish(ann: User) -> None:
    token = show_code(person_id=ann.pk)
    assert len(token) == 22
    assert show_code(person_id=ann.pk) == token
    assert (receiver_of(token).person_id, receiver_of(token).name) == (ann.pk, "Ann")
    fresh = show_code(person_id=ann.pk, renew=True)
    assert fresh != token
    assert code_of(lambda: receiver_of(token)) == "not_found"
    assert receiver_of(fresh).wallet_id == ann.wallet.pk


def test_who_has_said_no_name_gets_no_link() -> None:
    person = make_person()
    assert code_of(lambda: show_code(person_id=person.pk)) == "name_missing"
    assert code_of(lambda: asks(person)) == "name_missing"
    for name, code in (("  ", "name_missing"), ("123", "name_missing"), ("A\u200bB", "text_invalid")):
        assert code_of(partial(set_name, person_id=person.pk, name=name)) == code
    assert code_of(lambda: set_name(person_id=person.pk, name="x" * 61)) == "text_too_long"
    assert set_name(person_id=person.pk, name=" Linh  Trần ") == "Linh Trần"
    assert receiver_of(show_code(person_id=person.pk)).name == "Linh Trần"


def test_an_ask_is_paid_and_the_asker_sees_by_whom(
    ann: User, ben: User, django_assert_num_queries: Callable[..., Any]
) -> None:
    asked = asks(ben, 1_500, note="Pizza", key="k")
    assert asks(ben, 1_500, note="Pizza", key="k").pk == asked.pk
    row = pays(ann, asked)
    assert (euros(ann), euros(ben), row.note) == (8_500, 1_500, "Pizza")
    with django_assert_num_queries(1):
        (seen,) = asks_of(ben.pk)
        assert (seen.state, seen.transfer.payer.owner.name) == ("paid", "Ann")
    assert asks_of(ann.pk) == []


def test_an_ask_is_paid_once_whoever_asks_again(ann: User, ben: User) -> None:
    asked, cy = asks(ben, 1_500), make_person(funds={"EUR": 5_000})
    first = pays(ann, asked, key="a")
    assert pays(ann, asked, key="a").pk == pays(ann, asked, key="other page").pk == first.pk
    with pytest.raises(Refused, match="Somebody else has paid") as no:
        pays(cy, asked)
    assert (no.value.code, no.value.facts) == ("ask_ended", {"state": "paid"})
    assert (euros(ann), euros(ben), euros(cy)) == (8_500, 1_500, 5_000)


@pytest.mark.parametrize(("who", "state"), [("ben", "cancelled"), ("ann", "declined")])
def test_an_ask_ends_unpaid(ann: User, ben: User, who: str, state: str) -> None:
    asked = asks(ben)
    person = {"ann": ann, "ben": ben}[who]
    assert end_ask(person_id=person.pk, token=asked.token) == state
    assert end_ask(person_id=ben.pk, token=asked.token) == state
    assert code_of(lambda: pays(ann, asked)) == "ask_ended"
    assert euros(ann) == 10_000


def test_a_paid_ask_cannot_be_called_off(ann: User, ben: User) -> None:
    asked = asks(ben)
    pays(ann, asked)
    assert end_ask(person_id=ben.pk, token=asked.token) == "paid"


def test_an_ask_runs_out_after_seven_days_swept_or_not(ann: User, ben: User) -> None:
    asked = asks(ben)
    week = asked.created_at + timedelta(days=7)
    assert abs(asked.expires_at - week) < timedelta(seconds=5)
    assert code_of(lambda: pays(ann, asked, happened_at=asked.expires_at)) == "ask_ended"
    pays(ann, asked, happened_at=asked.expires_at - timedelta(seconds=1))

    old = [asks(ben, happened_at=asked.created_at - timedelta(days=8)) for _ in range(5)]
    young = asks(ben)
    assert expire_asks(limit=2) == 5
    assert expire_asks() == 0
    assert set(Ask.objects.filter(pk__in=[each.pk for each in old]).values_list("state", flat=True)) == {
        "expired"
    }
    assert Ask.objects.get(pk=young.pk).state == "open"
    assert code_of(lambda: pays(ann, old[0])) == "ask_ended"


def test_nobody_pays_their_own_ask_and_a_link_that_is_none_is_not_found(ann: User) -> None:
    assert code_of(lambda: pays(ann, asks(ann))) == "own_wallet"
    assert code_of(lambda: pays(ann, Ask(token="nothing"))) == "not_found"
    assert code_of(lambda: end_ask(person_id=ann.pk, token="nothing")) == "not_found"
    assert Ask.objects.get().state == "open"


@pytest.mark.parametrize(
    "fields", [{"state": "open", "ended_at": "2026-01-01T00:00:00Z"}, {"state": "paid"}, {"state": "gone"}]
)
def test_the_database_knows_an_asks_states(ben: User, fields: dict[str, Any]) -> None:
    asked = asks(ben)
    with pytest.raises(IntegrityError, match="ask_state_whole"), transaction.atomic():
        Ask.objects.filter(pk=asked.pk).update(**fields)
