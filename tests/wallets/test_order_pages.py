"""Send and withdraw over HTTP: two steps, one order, nobody found by search."""

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from django.test import Client

from people.models import Pin, User
from tests.factories import PIN, balance, make_person
from tests.wallets.orders import PAID_IBAN, RETURNED_IBAN, reverses, sends, withdraws
from tests.wallets.walk import confirmed, hidden, read
from wallets.core.bank_account import spaced
from wallets.flows.move_withdrawals import move_withdrawals
from wallets.flows.show_code import show_code
from wallets.models import Transfer, Wallet, Withdrawal

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
PAGES = ["/wallet/send/", "/wallet/withdraw/", "/wallet/request/", "/wallet/code/"]


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


@pytest.mark.parametrize("address", [*PAGES, "/w/" + "A" * 22, "/ask/" + "A" * 22, "/account/name/"])
def test_a_stranger_signs_in_first_whatever_the_link_is(client: Client, address: str) -> None:
    for answer in (client.get(address), client.post(address)):
        assert (answer.status_code, answer["Location"]) == (302, f"/accounts/login/?next={address}")


@pytest.mark.parametrize("token", ["A" * 22, "x", "A" * 300, "%00" * 22, "..", "ann@example.com"])
def test_a_link_that_is_none_is_not_found(phone: Client, token: str) -> None:
    for address in (f"/w/{token}", f"/ask/{token}"):
        assert phone.get(address).status_code == 404
        assert phone.post(address, {"pin": PIN}).status_code == 404
    assert phone.post(f"/ask/{token}/end").status_code == 404


def test_send_in_two_steps(phone: Client, ann: User, ben: User) -> None:
    address = f"/w/{show_code(person_id=ben.pk)}"
    page = read(phone.get(address))
    assert "Send to Ben Ode" in page.text and "100.00 EUR" in page.text
    assert ben.email not in page.markup and str(ben.pk) not in page.markup

    page = read(phone.post(address, {"amount": "12,50", "currency": "EUR", "note": "Concert"}))
    assert "12.50" in page.text and "“Concert”" in page.text and "Send 12.50 EUR" in page.text
    assert own(ann) == 10_000
    yes = hidden(page) | {"pin": PIN, "step": "yes"}
    for _ in range(2):
        answer = phone.post(address, yes)
        assert (answer.status_code, answer["Location"]) == (302, "/wallet/")
    assert (own(ann), own(ben), Transfer.objects.count()) == (8_750, 1_250, 1)

    home = read(phone.get("/wallet/"))
    assert "12.50 EUR went to Ben Ode" in home.text
    assert "Sent to Ben Ode “Concert”" in read(phone.get("/wallet/movements/")).text


def test_the_receiver_reads_from_whom_and_a_reversal(ann: User, ben: User, client_of: SignIn) -> None:
    sent = sends(ann, ben, 500, note="Tea")
    client = client_of(ben)
    assert "From Ann Lee “Tea”" in read(client.get("/wallet/")).text
    reverses(make_person(pin=None, is_staff=True), f"send:{sent.pk}")
    text = read(client.get("/wallet/movements/")).text
    assert "From Ann Lee taken back" in text and "Taken back by our operator" in text


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"amount": ""}, "Write an amount."),
        ({"amount": "0"}, "more than zero"),
        ({"amount": "1e2"}, "plain digits"),
        ({"amount": "100.01"}, "Your wallet holds 100.00 EUR."),
        ({"currency": "VND"}, "VND"),
        ({"note": "a\u202eb"}, "cannot be seen"),
        ({"note": "x" * 81}, "80"),
    ],
)
def test_what_is_wrong_is_said_at_the_first_step(
    phone: Client, ann: User, ben: User, said: dict[str, str], words: str
) -> None:
    address = f"/w/{show_code(person_id=ben.pk)}"
    for step in ("", "yes"):
        sent = {"amount": "5", "currency": "EUR", "key": str(uuid4()), "pin": PIN, "step": step} | said
        assert words in read(phone.post(address, sent), 400).text
    assert own(ann) == 10_000


def test_change_something_goes_back_with_what_was_typed(phone: Client, ben: User) -> None:
    address = f"/w/{show_code(person_id=ben.pk)}"
    page = read(phone.post(address, {"amount": "5", "currency": "EUR", "note": "Tea"}))
    page = read(phone.post(address, hidden(page) | {"step": "edit"}))
    assert {"5", "Tea"} <= set(page.values("value"))
    assert not page.all("ul") or "errorlist" not in page.markup


def test_a_wrong_pin_is_told_and_the_next_try_counts(phone: Client, ann: User, ben: User) -> None:
    address = f"/w/{show_code(person_id=ben.pk)}"
    said = {"amount": "5", "currency": "EUR"}
    page = read(confirmed(phone, address, said, pin="111112"), 403)
    assert "4 tries are left" in page.text
    first = hidden(page)
    assert UUID(first["key"])
    assert read(phone.post(address, first | {"pin": "", "step": "yes"}), 400)
    assert phone.post(address, first | {"pin": PIN, "step": "yes"}).status_code == 302
    assert own(ann) == 9_500


def test_without_a_pin_the_way_to_one_is_shown(ann: User, ben: User, phone: Client) -> None:
    address = f"/w/{show_code(person_id=ben.pk)}"
    Pin.objects.all().delete()
    page = read(phone.post(address, {"amount": "5", "currency": "EUR"}))
    assert f"/pin/?next={address.replace('/', '%2F')}" in page.values("href")
    assert "pin" not in page.values("name")


def test_a_limit_is_told_where_the_pin_is(phone: Client, ann: User, ben: User) -> None:
    Wallet.objects.filter(pk=ann.wallet.pk).update(tier="basic")
    address = f"/w/{show_code(person_id=ben.pk)}"
    page = read(confirmed(phone, address, {"amount": "50.01", "currency": "EUR"}), 409)
    assert "The most for one payment from your wallet is 50.00 EUR" in page.text
    assert own(ann) == 10_000


def test_one_own_code_and_an_empty_wallet(phone: Client, ann: User, ben: User, client_of: SignIn) -> None:
    assert "your own code" in read(phone.get(f"/w/{show_code(person_id=ann.pk)}")).text
    page = read(client_of(ben).get(f"/w/{show_code(person_id=ann.pk)}"))
    assert "Your wallet is empty" in page.text and "/wallet/top-up/" in page.values("href")


@pytest.mark.parametrize("text", ["https://pay.example/w/{}", "{}", "/w/{}?x=1", "https://pay.example/w/{}/"])
def test_a_link_is_read_as_it_is_pasted(phone: Client, ben: User, text: str) -> None:
    token = show_code(person_id=ben.pk)
    answer = phone.post("/wallet/send/", {"link": text.format(token)})
    assert (answer.status_code, answer["Location"]) == (302, f"/w/{token}")


def test_the_start_of_a_send_says_how(phone: Client) -> None:
    assert "no search for people" in read(phone.get("/wallet/send/")).text
    assert "Put the link here." in read(phone.post("/wallet/send/", {"link": ""}), 400).text


def test_withdraw_in_two_steps_and_the_list(phone: Client, ann: User) -> None:
    page = read(phone.get("/wallet/withdraw/"))
    assert "Your withdrawals" not in page.text
    said = {"amount": "20", "currency": "EUR", "iban": "de62 3704 0044 0532 0130 01"}
    page = read(phone.post("/wallet/withdraw/", said))
    assert spaced(PAID_IBAN) in page.text and "Withdraw 20.00 EUR" in page.text
    yes = hidden(page) | {"pin": PIN, "step": "yes"}
    for _ in range(2):
        assert phone.post("/wallet/withdraw/", yes)["Location"] == "/wallet/withdraw/"
    assert (own(ann), Withdrawal.objects.count()) == (8_000, 1)
    withdraws(ann, 500, iban=RETURNED_IBAN)
    move_withdrawals()
    text = read(phone.get("/wallet/withdraw/")).text
    assert "DE62 •••• 3001 paid" in text and "DE89 •••• 3000 returned" in text
    assert PAID_IBAN not in text
    movements = read(phone.get("/wallet/movements/")).text
    assert "Withdrawal came back" in movements


def test_a_wrong_iban_is_found(phone: Client, ann: User) -> None:
    said = {"amount": "20", "currency": "EUR", "iban": "DE62370400440532013002"}
    assert "a digit may be wrong" in read(phone.post("/wallet/withdraw/", said), 400).text
    assert own(ann) == 10_000


def test_nothing_to_withdraw(client_of: SignIn, ben: User) -> None:
    assert "Top up first" in read(client_of(ben).get("/wallet/withdraw/")).text


def test_others_withdrawals_are_not_shown(ann: User, ben: User, client_of: SignIn) -> None:
    withdraws(ann)
    assert "DE62" not in read(client_of(ben).get("/wallet/withdraw/")).text


@pytest.mark.parametrize("address", PAGES)
def test_no_act_without_a_csrf_token(ann: User, address: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(ann)
    assert client.post(address, {"step": "yes", "pin": PIN}).status_code == 403


def test_the_wallet_has_the_four_ways(phone: Client) -> None:
    assert set(PAGES) <= set(read(phone.get("/wallet/")).values("href"))
