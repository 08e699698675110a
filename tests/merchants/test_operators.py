"""Operators review shops and names, and freeze; nobody else can, and each act leaves its line."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from base.core.errors import Refused
from base.models import AuditLine, Notice
from merchants.flows.ask_name_change import ask_name_change
from merchants.flows.freeze_customer import freeze_customer
from merchants.flows.freeze_merchant import freeze_merchant
from merchants.flows.review_merchant import review_merchant
from merchants.flows.review_name_change import review_name_change
from merchants.models import Merchant, NameChange
from merchants.queries import (
    check_open,
    customer_of_wallet,
    frozen_customers,
    frozen_shops,
    name_changes_waiting,
    payee_of,
    search_customers,
    search_shops,
    shop_for_operator,
    shops_waiting,
)
from people.models import User
from tests.factories import Shop, make_member, make_person, make_shop
from wallets.flows.open_account import open_wallet

pytestmark = pytest.mark.django_db


def operator() -> User:
    return make_person(pin=None, is_staff=True)


def _review(shop: Shop) -> str:
    return Merchant.objects.get(pk=shop.merchant.pk).review


def test_a_shop_is_agreed_to() -> None:
    shop, staff = make_shop(reviewed=False), operator()
    assert payee_of(shop.merchant, shop.branch).reviewed is False
    review_merchant(operator_id=staff.pk, merchant_id=shop.merchant.pk, agreed=True)
    merchant = Merchant.objects.get(pk=shop.merchant.pk)
    assert payee_of(merchant, shop.branch).reviewed is True
    assert merchant.reviewed_at is not None
    assert AuditLine.objects.get(action="merchant.reviewed", subject=merchant.pk).actor_id == staff.pk
    assert Notice.objects.get().to == shop.owner.email
    for again in (True, False):
        with pytest.raises(Refused, match="already_answered"):
            review_merchant(operator_id=staff.pk, merchant_id=merchant.pk, agreed=again)


def test_a_shop_is_rejected_told_why_and_agreed_to_after_all() -> None:
    shop, staff = make_shop(reviewed=False), operator()
    review_merchant(
        operator_id=staff.pk, merchant_id=shop.merchant.pk, agreed=False, reason="No such street."
    )
    assert _review(shop) == "rejected"
    assert "No such street." in Notice.objects.get().body
    with pytest.raises(Refused, match="shop_rejected"):
        check_open(Merchant.objects.get(pk=shop.merchant.pk))
    review_merchant(operator_id=staff.pk, merchant_id=shop.merchant.pk, agreed=True)
    assert _review(shop) == "reviewed"


def test_a_name_changes_only_when_an_operator_agrees() -> None:
    shop, staff = make_shop(), operator()
    change = ask_name_change(
        actor_id=shop.owner.pk, merchant_id=shop.merchant.pk, trade_name=" Café  Abendrot"
    )
    assert Merchant.objects.get(pk=shop.merchant.pk).trade_name == "Café Morgenrot"
    review_name_change(operator_id=staff.pk, name_change_id=change.pk, agreed=True)
    assert Merchant.objects.get(pk=shop.merchant.pk).trade_name == "Café Abendrot"
    line = AuditLine.objects.get(action="name_change.agreed")
    assert (line.detail["before"], line.detail["after"]) == ("Café Morgenrot", "Café Abendrot")
    with pytest.raises(Refused, match="already_answered"):
        review_name_change(operator_id=staff.pk, name_change_id=change.pk, agreed=False)


def test_a_declined_name_stays_away_and_another_may_be_asked_for() -> None:
    shop, staff = make_shop(), operator()
    facts = {"actor_id": shop.owner.pk, "merchant_id": shop.merchant.pk}
    change = ask_name_change(**facts, trade_name="Deutsche Bank")
    with pytest.raises(Refused) as no:
        ask_name_change(**facts, trade_name="Café Abendrot")
    assert (no.value.code, no.value.status) == ("name_change_open", 409)
    review_name_change(operator_id=staff.pk, name_change_id=change.pk, agreed=False)
    assert Merchant.objects.get(pk=shop.merchant.pk).trade_name == "Café Morgenrot"
    assert NameChange.objects.get(pk=change.pk).ended_at is not None
    assert ask_name_change(**facts, trade_name="Café Abendrot").state == "asked"


@pytest.mark.parametrize(
    ("name", "code"),
    [("Café Morgenrot", "name_unchanged"), ("x" * 200, "name_too_long"), ("A\u202eB", "name_invalid")],
)
def test_a_name_that_cannot_be_asked_for(name: str, code: str) -> None:
    shop = make_shop()
    with pytest.raises(Refused, match=code):
        ask_name_change(actor_id=shop.owner.pk, merchant_id=shop.merchant.pk, trade_name=name)
    assert not NameChange.objects.exists()


def test_who_may_ask_for_a_name() -> None:
    shop = make_shop()
    for actor in (shop.cashier, make_member(shop, "accountant"), make_shop().owner):
        with pytest.raises(Refused, match="not_found"):
            ask_name_change(actor_id=actor.pk, merchant_id=shop.merchant.pk, trade_name="Other")
    manager = make_member(shop, "manager")
    assert ask_name_change(actor_id=manager.pk, merchant_id=shop.merchant.pk, trade_name="Other")


def test_a_shop_is_frozen_once_and_opened_again() -> None:
    shop, staff = make_shop(), operator()
    facts: dict[str, Any] = {"operator_id": staff.pk, "merchant_id": shop.merchant.pk, "reason": "Complaints"}
    assert [freeze_merchant(**facts, on=on) for on in (True, True, False, False)] == [
        True,
        False,
        True,
        False,
    ]
    lines = AuditLine.objects.filter(subject=shop.merchant.pk).order_by("id")
    assert [(line.action, line.detail["reason"]) for line in lines] == [
        ("merchant.frozen", "Complaints"),
        ("merchant.unfrozen", "Complaints"),
    ]
    freeze_merchant(**facts, on=True)
    with pytest.raises(Refused, match="shop_frozen"):
        check_open(Merchant.objects.get(pk=shop.merchant.pk))


def test_a_wallet_is_frozen_and_opened_again() -> None:
    staff, customer = operator(), make_person(pin=None)
    wallet = open_wallet(person_id=customer.pk)
    assert freeze_customer(operator_id=staff.pk, wallet_id=wallet.pk, on=True, reason="Stolen phone")
    assert [row.email for row in frozen_customers(staff)] == [customer.email]
    assert AuditLine.objects.get(action="wallet.frozen").detail["reason"] == "Stolen phone"
    assert freeze_customer(operator_id=staff.pk, wallet_id=wallet.pk, on=False)
    assert frozen_customers(staff) == []
    with pytest.raises(Refused, match="not_found"):
        freeze_customer(operator_id=staff.pk, wallet_id=uuid4(), on=True)


def test_nobody_else_is_an_operator() -> None:
    shop = make_shop(reviewed=False)
    change = ask_name_change(actor_id=shop.owner.pk, merchant_id=shop.merchant.pk, trade_name="Other")
    wallet = open_wallet(person_id=shop.cashier.pk)
    gone = operator()
    User.objects.filter(pk=gone.pk).update(is_active=False)
    tries: list[Callable[[User], Any]] = [
        lambda who: review_merchant(operator_id=who.pk, merchant_id=shop.merchant.pk, agreed=True),
        lambda who: review_name_change(operator_id=who.pk, name_change_id=change.pk, agreed=True),
        lambda who: freeze_merchant(operator_id=who.pk, merchant_id=shop.merchant.pk, on=True),
        lambda who: freeze_customer(operator_id=who.pk, wallet_id=wallet.pk, on=True),
        shops_waiting,
        name_changes_waiting,
        frozen_shops,
        frozen_customers,
        lambda who: search_shops(who, "Café"),
        lambda who: search_customers(who, "example"),
        lambda who: shop_for_operator(who, shop.merchant.pk),
        lambda who: customer_of_wallet(who, wallet.pk),
    ]
    for who in (shop.owner, shop.cashier, gone):
        for attempt in tries:
            with pytest.raises(Refused) as no:
                attempt(who)
            assert (no.value.code, no.value.status) == ("not_found", 404)
    assert _review(shop) == "waiting"


def test_search_finds_shops_by_name_and_staff_and_customers_by_mail() -> None:
    staff, shop = operator(), make_shop(trade_name="Tea House")
    make_shop()
    customer = make_person("minh@example.net", pin=None)
    open_wallet(person_id=customer.pk)
    for text in ("tea h", "HOUSE GMBH", shop.cashier.email.upper()):
        assert [found.pk for found in search_shops(staff, text)] == [shop.merchant.pk]
    assert search_shops(staff, "%") == []
    assert [row.email for row in search_customers(staff, "minh@")] == ["minh@example.net"]
    assert search_customers(staff, shop.cashier.email) == []  # has no wallet


def test_the_oldest_wish_stands_first() -> None:
    staff, first, second = operator(), make_shop(reviewed=False), make_shop(reviewed=False)
    make_shop()
    assert [shop.pk for shop in shops_waiting(staff)] == [first.merchant.pk, second.merchant.pk]
    for shop in (second, first):
        ask_name_change(actor_id=shop.owner.pk, merchant_id=shop.merchant.pk, trade_name="Other")
    assert [row.merchant for row in name_changes_waiting(staff)] == [second.merchant, first.merchant]
