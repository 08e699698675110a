"""The payout pages: what an owner sees and does, what an accountant may read, and nothing for all others."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from merchants.flows.stop_payouts import stop_payouts
from merchants.models import BankAccount
from payments.flows.carry_payouts import carry_payouts
from payments.flows.pay_out import pay_out
from payments.models import Payout
from payments.queries.payouts import money_of, payouts_of
from people.models import User
from tests.factories import make_member, make_one_time_code, make_shop, pay
from tests.payments.payouts.stage import RETURNED_IBAN, earned

pytestmark = pytest.mark.django_db(transaction=True)

SignIn = Callable[[User], Client]


def text(client: Client, name: str, *ids: object, status: int = 200, **query: str) -> str:
    answer = client.get(reverse(name, args=ids), query)
    assert answer.status_code == status
    return answer.content.decode()


def test_from_the_button_to_the_paper(client_of: SignIn) -> None:
    shop, _ = earned()
    client, merchant = client_of(shop.owner), shop.merchant.pk
    page = text(client, "payments:payouts", merchant)
    for said in ("12.84", "9.94", "Tips", "Tax set aside, DE VAT 19", "GB33 •••• 5555", "No payout yet"):
        assert said in page
    assert "GB33BUKB" not in page

    asked = client.get(reverse("payments:payout_order", args=[merchant]), {"amount": "10.34"})
    shown = asked.content.decode()
    assert "Pay out 10.34" in shown
    assert ("9.94" in shown, "0.40" in shown, "VAT" in shown) == (True, True, False)
    form = {"amount": asked.context["amount"], "key": asked.context["key"]}
    for _ in range(2):  # a double tap
        done = client.post(reverse("payments:payout_order", args=[merchant]), form)
        assert done.status_code == 302
    payout = Payout.objects.get()
    assert (payout.amount_minor, done["Location"]) == (
        1034,
        reverse("payments:payout", args=[merchant, payout.pk]),
    )
    assert "It waits" in text(client, "payments:payout", merchant, payout.pk)
    carry_payouts()
    paper = text(client, "payments:payout", merchant, payout.pk)
    for said in ("carried it out", "10.34", str(payout.pk), str(payout.journal), shop.merchant.legal_name):
        assert said in paper
    assert "2.50" in text(client, "payments:payouts", merchant)


def test_what_came_back_says_so(client_of: SignIn) -> None:
    shop, _ = earned(iban=RETURNED_IBAN)
    payout = pay_out(actor=shop.owner, merchant_id=shop.merchant.pk, key="k")
    carry_payouts()
    assert "sent it back" in text(client_of(shop.owner), "payments:payout", shop.merchant.pk, payout.pk)


def test_an_accountant_reads_and_cannot_order(client_of: SignIn) -> None:
    shop, _ = earned()
    payout = pay_out(actor=shop.owner, merchant_id=shop.merchant.pk, key="k", amount_minor=300)
    merchant = shop.merchant.pk
    client = client_of(make_member(shop, "accountant"))
    page = text(client, "payments:payouts", merchant)
    assert "3.00" in page
    assert reverse("payments:payout_order", args=[merchant]) not in page
    assert reverse("merchants:bank_account", args=[merchant]) not in page
    text(client, "payments:payout", merchant, payout.pk)
    text(client, "payments:payout_order", merchant, status=404, amount="1.00")
    text(client, "merchants:bank_account", merchant, status=404)
    order = reverse("payments:payout_order", args=[merchant])
    assert client.post(order, {"amount": "1.00", "key": "x"}).status_code == 404
    assert Payout.objects.count() == 1


@pytest.mark.parametrize("who", ["manager", "cashier", "other owner", "payer", "nobody"])
def test_for_everybody_else_there_is_nothing_here(who: str, client_of: SignIn) -> None:
    shop, payer = earned()
    payout = pay_out(actor=shop.owner, merchant_id=shop.merchant.pk, key="k", amount_minor=300)
    other, _ = earned()
    people = {"other owner": other.owner, "payer": payer}
    client = Client() if who == "nobody" else client_of(people.get(who) or make_member(shop, who))
    expected = 302 if who == "nobody" else 404
    paths = [
        reverse("payments:payouts", args=[shop.merchant.pk]),
        reverse("payments:payout", args=[shop.merchant.pk, payout.pk]),
        reverse("payments:payout_order", args=[shop.merchant.pk]),
        reverse("merchants:bank_account", args=[shop.merchant.pk]),
    ]
    assert [client.get(path).status_code for path in paths] == [expected] * 4
    assert client.post(paths[2], {"amount": "1.00", "key": "x"}).status_code == expected
    assert client.post(paths[3], {"iban": RETURNED_IBAN, "holder": "Me"}).status_code == expected
    if who == "other owner":
        mine = reverse("payments:payout", args=[other.merchant.pk, payout.pk])
        assert client.get(mine).status_code == 404
    assert Payout.objects.count() == 1
    assert not BankAccount.objects.filter(holder="Me").exists()


def test_paused_payouts_say_so_and_offer_no_button(client_of: SignIn) -> None:
    shop, _ = earned()
    stop_payouts(merchant_id=shop.merchant.pk, reason="secret reason", operator_id=None)
    client, merchant = client_of(shop.owner), shop.merchant.pk
    page = text(client, "payments:payouts", merchant)
    assert "Payouts are paused, and we are looking into it" in page
    assert "secret reason" not in page
    assert reverse("payments:payout_order", args=[merchant]) not in page
    assert "paused" in text(client, "payments:payout_order", merchant, status=409, amount="3.00")


@pytest.mark.parametrize("amount", ["", "0", "-1", "1e2", "１２", "99999999", "0.50", "1,000.00"])
def test_amounts_that_are_none_move_nothing(amount: str, client_of: SignIn) -> None:
    shop, _ = earned()
    client, merchant = client_of(shop.owner), shop.merchant.pk
    assert "Nothing was paid out" in text(
        client, "payments:payout_order", merchant, status=409, amount=amount
    )
    posted = client.post(reverse("payments:payout_order", args=[merchant]), {"amount": amount, "key": "k"})
    assert posted.status_code == 409
    assert not Payout.objects.exists()


def test_a_shop_without_account_is_led_there_and_back(client_of: SignIn) -> None:
    shop = make_shop()
    client, merchant = client_of(shop.owner), shop.merchant.pk
    assert "Add your bank account" in text(client, "payments:payouts", merchant)
    there = reverse("merchants:bank_account", args=[merchant])
    assert client.post(there, {"iban": "DE00", "holder": "X"}).status_code == 400
    done = client.post(there, {"iban": "DE89 3704 0044 0532 0130 00", "holder": "Morgenrot GmbH"})
    assert done["Location"] == reverse("payments:payouts", args=[merchant])
    page = text(client, "payments:payouts", merchant)
    assert "DE89 •••• 3000" in page
    assert "DE89 •••• 3000" in text(client, "merchants:bank_account", merchant)
    assert RETURNED_IBAN not in page


def test_what_was_just_paid_is_said_to_follow(client_of: SignIn) -> None:
    shop, payer = earned(mode="ring_fence")
    pay(make_one_time_code(shop, 500), payer)
    page = text(client_of(shop.owner), "payments:payouts", shop.merchant.pk)
    assert "5.00" in page
    assert "stays here until it is filed" in page


def test_the_navigation_leads_there_for_those_who_may(client_of: SignIn) -> None:
    shop = make_shop()
    there = reverse("payments:payouts", args=[shop.merchant.pk])
    for person, name, seen in (
        (shop.owner, "merchants:shop", True),
        (shop.owner, "payments:sales", True),
        (make_member(shop, "accountant"), "payments:sales", True),
        (make_member(shop, "manager"), "merchants:shop", False),
    ):
        assert (there in text(client_of(person), name, shop.merchant.pk)) is seen


def test_the_cost_does_not_grow(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    shop, _ = earned()
    for number in range(4):
        pay_out(actor=shop.owner, merchant_id=shop.merchant.pk, key=f"{number}", amount_minor=200)
    with django_assert_num_queries(2):
        assert len([row.bank_account.shown for row in payouts_of(shop.owner, shop.merchant.pk)]) == 4
    with django_assert_num_queries(4):
        assert money_of(shop.merchant).total_minor == 484
