"""The operator's desk: what waits, what is found, and each act by a POST; hostile names stay text."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from base.models import AuditLine
from merchants.flows.ask_name_change import ask_name_change
from merchants.models import Merchant, TaxProfile
from people.models import User
from tests.factories import Shop, make_member, make_person, make_shop, make_static_code
from wallets.flows.open_account import open_wallet
from wallets.models import Wallet

pytestmark = pytest.mark.django_db

SignIn = Callable[[User], Client]
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def client(client_of: SignIn) -> Client:
    return client_of(make_person(pin=None, is_staff=True))


def desk(client: Client, **query: str) -> str:
    answer = client.get(reverse("merchants:operator"), query)
    assert answer.status_code == 200
    return answer.content.decode()


def _shop(shop: Shop) -> Merchant:
    return Merchant.objects.get(pk=shop.merchant.pk)


def test_an_empty_desk(client: Client) -> None:
    assert desk(client).count("None waits.") == 2
    assert "Nothing." in desk(client, q="nobody")
    assert "Found for" not in desk(client, q="n")


def test_a_waiting_shop_with_what_there_is_to_look_at(client: Client) -> None:
    shop = make_shop(reviewed=False, trade_name="Cаfé")  # the second letter is Cyrillic
    shown = desk(client)
    for text in (
        "Cаfé GmbH",
        "DE136695976",
        "digits checked",
        "Torstraße 12",
        shop.owner.email,
        "two alphabets",
    ):
        assert text in shown
    TaxProfile.objects.update(tax_number="DE1")
    assert "not checked" in desk(client)


@pytest.mark.parametrize(("answer", "review"), [("agree", "reviewed"), ("reject", "rejected")])
def test_answer_a_shop(client: Client, answer: str, review: str) -> None:
    shop = make_shop(reviewed=False)
    address = reverse("merchants:review_shop", args=[shop.merchant.pk])
    assert client.get(address).status_code == 405
    assert client.post(address, {"answer": "?"}).status_code == 400
    assert _shop(shop).review == "waiting"
    assert client.post(address, {"answer": answer, "reason": "x" * 300}).status_code == 302
    assert _shop(shop).review == review
    assert len(AuditLine.objects.get(action=f"merchant.{review}").detail["reason"]) == 200
    assert client.post(address, {"answer": answer}).status_code == 409


def test_a_rejected_shop_is_found_and_agreed_to_after_all(client: Client) -> None:
    shop = make_shop(reviewed=False, trade_name="Tea House")
    address = reverse("merchants:review_shop", args=[shop.merchant.pk])
    client.post(address, {"answer": "reject"})
    assert f'action="{address}"' in desk(client, q="tea")
    assert client.post(address, {"answer": "agree"}).status_code == 302
    assert _shop(shop).review == "reviewed"


@pytest.mark.parametrize(("answer", "name"), [("agree", "Abendrot"), ("reject", "Café Morgenrot")])
def test_answer_a_name(client: Client, answer: str, name: str) -> None:
    shop = make_shop()
    change = ask_name_change(actor_id=shop.owner.pk, merchant_id=shop.merchant.pk, trade_name="Abendrot")
    assert "<strong>Abendrot</strong>" in desk(client)
    address = reverse("merchants:review_name", args=[change.pk])
    assert client.post(address).status_code == 400
    assert client.post(address, {"answer": answer}).status_code == 302
    assert _shop(shop).trade_name == name


def test_freeze_a_shop_and_open_it_again(client: Client) -> None:
    shop = make_shop(trade_name="Tea House")
    address = reverse("merchants:freeze_shop", args=[shop.merchant.pk])
    assert address in desk(client, q="tea")
    assert "Freeze the shop Tea House?" in client.get(address).content.decode()
    assert client.post(address, {"on": "yes"}).status_code == 400  # a reason is asked for
    assert _shop(shop).frozen_at is None
    assert client.post(address, {"on": "yes", "reason": "Complaints"}).status_code == 302
    assert _shop(shop).frozen_at is not None
    assert (
        client.post(address, {"on": "yes", "reason": "Again"}).status_code == 302
    )  # no way back by a double tap
    assert _shop(shop).frozen_at is not None
    assert "Open again: the shop Tea House?" in client.get(address).content.decode()
    client.post(address, {"on": "no", "reason": "Clear"})
    assert _shop(shop).frozen_at is None
    reasons = AuditLine.objects.filter(subject=shop.merchant.pk).order_by("id")
    assert [line.detail["reason"] for line in reasons] == ["Complaints", "Clear"]


def test_freeze_a_wallet_and_open_it_again(client: Client) -> None:
    customer = make_person("minh@example.net", pin=None)
    wallet = open_wallet(person_id=customer.pk)
    address = reverse("merchants:freeze_wallet", args=[wallet.pk])
    assert address in desk(client, q="minh")
    client.post(address, {"on": "yes", "reason": "Stolen phone"})
    assert Wallet.objects.get(pk=wallet.pk).frozen_at is not None
    assert "minh@example.net" in desk(client)
    client.post(address, {"on": "no", "reason": "Found"})
    assert Wallet.objects.get(pk=wallet.pk).frozen_at is None
    assert address not in desk(client)


def test_hostile_names_are_only_text(client: Client, client_of: SignIn) -> None:
    shop = make_shop(reviewed=False, trade_name=SCRIPT)
    shop.merchant.branches.update(name=SCRIPT, street=SCRIPT)
    code = make_static_code(shop, label=SCRIPT)
    ask_name_change(actor_id=shop.owner.pk, merchant_id=shop.merchant.pk, trade_name=f"{SCRIPT}2")
    owner = client_of(make_member(shop, "owner"))
    pages = [desk(client), desk(client, q=SCRIPT)]
    for name, row_id in (
        ("shop", shop.merchant.pk),
        ("codes", shop.merchant.pk),
        ("code", code.pk),
        ("name", shop.merchant.pk),
    ):
        pages.append(owner.get(reverse(f"merchants:{name}", args=[row_id])).content.decode())
    for text in pages:
        assert "&lt;script&gt;" in text
        assert SCRIPT not in text


def test_set_the_limits_of_a_wallet(client: Client) -> None:
    wallet = open_wallet(person_id=make_person("minh@example.net", pin=None).pk)
    address = reverse("merchants:wallet_tier", args=[wallet.pk])
    shown = desk(client, q="minh")
    assert address in shown and "Limits: verified" in shown
    page = client.get(address).content.decode()
    assert "Limits of minh@example.net" in page and "50,000.00" in page
    assert client.post(address, {"tier": "basic"}).status_code == 400  # a reason is asked for
    assert client.post(address, {"tier": "gold", "reason": "x"}).status_code == 400
    assert Wallet.objects.get(pk=wallet.pk).tier == "verified"
    assert client.post(address, {"tier": "basic", "reason": "Papers ran out"}).status_code == 302
    assert Wallet.objects.get(pk=wallet.pk).tier == "basic"
    line = AuditLine.objects.get(action="wallet.tier_set")
    assert (line.subject, line.detail["reason"]) == (wallet.pk, "Papers ran out")


def test_limits_are_an_operators_alone(client_of: SignIn) -> None:
    owner = make_person(pin=None)
    wallet = open_wallet(person_id=owner.pk)
    address = reverse("merchants:wallet_tier", args=[wallet.pk])
    asked = {"tier": "basic", "reason": "x"}
    for person in (owner, make_person(pin=None), make_shop().owner):
        answers = client_of(person).get(address), client_of(person).post(address, asked)
        assert [answer.status_code for answer in answers] == [404, 404]
    assert Client().post(address, asked).status_code == 302
    assert Wallet.objects.get(pk=wallet.pk).tier == "verified"
