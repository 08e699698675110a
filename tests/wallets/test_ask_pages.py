"""Requests, names and my code over HTTP: paid once, ended once, and no more shown than a name."""

import re
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.test import Client

from people.models import User
from tests.factories import PIN, balance, make_person
from tests.wallets.orders import asks, pays, sends
from tests.wallets.walk import hidden, read
from wallets.flows.show_code import show_code
from wallets.models import Ask

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def ann() -> User:
    return make_person(name="Ann Lee", funds={"EUR": 10_000})


@pytest.fixture
def ben() -> User:
    return make_person(name="Ben Ode")


@pytest.fixture
def phone(ann: User, client_of: SignIn) -> Client:
    return client_of(ann)


def own(person: User) -> int:
    return balance(f"customer:{person.wallet.pk}:EUR")


def test_request_and_pay(phone: Client, ann: User, ben: User, client_of: SignIn) -> None:
    asker = client_of(ben)
    page = read(asker.get("/wallet/request/"))
    said = hidden(page) | {"amount": "15", "currency": "EUR", "note": "Pizza"}
    answers = [asker.post("/wallet/request/", said) for _ in range(2)]
    token = Ask.objects.get().token
    assert [answer["Location"] for answer in answers] == [f"/ask/{token}"] * 2
    page = read(asker.get(f"/ask/{token}"))
    assert f"/ask/{token}" in next(value for value in page.values("value") if "/ask/" in value)

    page = read(phone.get(f"/ask/{token}"))
    assert "Ben Ode asks you for 15.00" in page.text and "“Pizza”" in page.text
    assert ben.email not in page.markup
    yes = hidden(page) | {"pin": PIN, "step": "yes"}
    for _ in range(2):
        assert phone.post(f"/ask/{token}", yes)["Location"] == "/wallet/"
    assert (own(ann), own(ben)) == (8_500, 1_500)
    assert "by Ann Lee" in read(asker.get("/wallet/request/")).text
    third = client_of(make_person(funds={"EUR": 5_000}))
    text = read(third.get(f"/ask/{token}")).text
    assert "nothing to pay here any more" in text and "Ann" not in text


def test_the_second_payer_is_told_and_not_charged(phone: Client, ann: User, ben: User) -> None:
    asked = asks(ben, 1_500)
    page = read(phone.get(f"/ask/{asked.token}"))
    pays(make_person(funds={"EUR": 5_000}), asked)
    page = read(phone.post(f"/ask/{asked.token}", hidden(page) | {"pin": PIN}), 409)
    assert "Somebody else has paid this already. Nothing was taken from you." in page.text
    assert own(ann) == 10_000


@pytest.mark.parametrize(("mine", "state"), [(True, "cancelled"), (False, "declined")])
def test_an_ask_ends_by_a_post(phone: Client, ben: User, client_of: SignIn, mine: bool, state: str) -> None:
    asked = asks(ben)
    client = client_of(ben) if mine else phone
    address = f"/ask/{asked.token}/end"
    assert client.get(address).status_code == 405
    assert client.post(address)["Location"] == f"/ask/{asked.token}"
    assert Ask.objects.get().state == state
    assert state in read(client.get(f"/ask/{asked.token}")).text


def test_a_late_ask_says_so_before_the_sweep(phone: Client, ben: User) -> None:
    asked = asks(ben)
    Ask.objects.update(expires_at=asked.created_at)
    assert "expired" in read(phone.get(f"/ask/{asked.token}")).text


def test_what_is_wrong_with_an_ask_is_said(phone: Client) -> None:
    key = {"key": str(uuid4()), "currency": "EUR"}
    assert "Write an amount." in read(phone.post("/wallet/request/", {"amount": "", **key}), 400).text
    assert read(phone.post("/wallet/request/", {"amount": "5", "key": "x", "currency": "EUR"}), 400)
    assert Ask.objects.count() == 0


def test_who_has_no_name_is_asked_for_it_and_comes_back(client_of: SignIn) -> None:
    client = client_of(make_person())
    for address in ("/wallet/code/", "/wallet/request/"):
        page = read(client.get(address))
        assert f"/account/name/?next={address}" in page.values("href")
    said = {"amount": "5", "currency": "EUR", "key": str(uuid4())}
    assert client.post("/wallet/request/", said).status_code == 409
    read(client.get("/account/name/?next=/wallet/code/"))
    assert read(client.post("/account/name/", {"name": "12"}), 400)
    answer = client.post("/account/name/", {"name": "Linh", "next": "/wallet/code/"})
    assert (answer.status_code, answer["Location"]) == (302, "/wallet/code/")
    assert "Send money to Linh" in read(client.get("/wallet/code/")).text
    assert client.post("/account/name/", {"name": "Linh", "next": "//evil.com"})["Location"] == "/account/"


def test_my_code_is_drawn_and_renewed(phone: Client, ann: User) -> None:
    page = read(phone.get("/wallet/code/"))
    token = show_code(person_id=ann.pk)
    assert any(value.endswith(f"/w/{token}") for value in page.values("value"))
    (drawing,) = page.all("svg")
    assert drawing["aria-label"] == "QR code of your wallet"
    assert re.fullmatch(r"(M\d+ \d+h\d+v1h-\d+z)+", page.all("path")[0]["d"])
    assert phone.post("/wallet/code/").status_code == 302
    assert show_code(person_id=ann.pk) != token
    assert phone.get(f"/w/{token}").status_code == 404


def test_hostile_names_and_notes_are_only_text(ann: User, client_of: SignIn, phone: Client) -> None:
    eve = make_person(name=SCRIPT, funds={"EUR": 1_000})
    sends(eve, ann, 100, note=SCRIPT)
    asked = asks(eve, 100, note=SCRIPT)
    for address in (
        "/wallet/",
        "/wallet/movements/",
        f"/ask/{asked.token}",
        f"/w/{show_code(person_id=eve.pk)}",
    ):
        answer = phone.get(address)
        assert SCRIPT not in answer.content.decode()
        assert "&lt;script&gt;" in answer.content.decode()
