"""A person's own pages over HTTP: account, PIN, and the door after sign-in."""

from collections.abc import Callable

import pytest
from django.test import Client

from base.core.errors import Refused
from base.ids import database_now
from merchants.models import Membership
from people.flows.ask_pin_reset import ask_pin_reset
from people.flows.check_pin import check_pin
from people.models import MAX_WRONG_TRIES, User
from people.queries import pin_state, residence_of
from tests.factories import make_shop
from tests.people.conftest import PIN, WRONG

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
NEW = "975310"
PAY = "/pay/01890000-0000-7000-8000-000000000001/"
ELSEWHERE = [
    "https://evil.com/", "//evil.com", "///evil.com", "http:///evil.com", "/\\evil.com", "\\\\evil.com",
    "javascript:alert(1)", "https:evil.com", "evil.com", " https://evil.com",
    "/\t/evil.com", "%2F%2Fevil.com",
]  # fmt: skip


def block(person: User) -> None:
    for _ in range(MAX_WRONG_TRIES):
        with pytest.raises(Refused):
            check_pin(person_id=person.pk, pin=WRONG)


@pytest.mark.parametrize("path", ["/start/", "/account/", "/pin/", "/pin/reset/"])
def test_a_stranger_is_asked_to_sign_in_and_comes_back(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 302
    assert answer["Location"] == f"/accounts/login/?next={path}"


@pytest.mark.parametrize(("path", "allowed"), [
    ("/start/", "GET, HEAD"), ("/account/", "GET, HEAD"), ("/pin/", "GET, HEAD, POST"),
])  # fmt: skip
def test_other_methods_are_not_allowed(client_of: ClientOf, person: User, path: str, allowed: str) -> None:
    client = client_of(person)
    for method in {"POST", "PUT", "DELETE"} - set(allowed.split(", ")):
        answer = client.generic(method, path)
        assert (answer.status_code, answer["Allow"]) == (405, allowed)


# --- the door after sign-in ---------------------------------------------------------------------


def test_start_leads_back_to_a_pending_scan_once(client_of: ClientOf, person: User) -> None:
    client = client_of(person)
    session = client.session
    session["back_to"] = PAY
    session.save()
    assert client.get("/start/")["Location"] == PAY
    assert client.get("/start/")["Location"] == "/wallet/"


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_start_never_leads_to_another_site(client_of: ClientOf, person: User, elsewhere: str) -> None:
    client = client_of(person)
    session = client.session
    session["back_to"] = elsewhere
    session.save()
    assert client.get("/start/")["Location"] == "/wallet/"


def test_start_leads_an_operator_to_the_desk(client_of: ClientOf, person: User) -> None:
    person.is_staff = True
    person.save()
    assert client_of(person).get("/start/")["Location"] == "/operator/"


@pytest.mark.parametrize(("roles", "door"), [
    (["owner"], "/shop/"), (["cashier"], "/shop/"), (["accountant"], "/books/"),
    (["accountant", "manager"], "/shop/"), ([], "/wallet/"),
])  # fmt: skip
def test_start_follows_the_roles_held_now(
    client_of: ClientOf, person: User, roles: list[str], door: str
) -> None:
    for role in roles:
        Membership.objects.create(merchant=make_shop().merchant, person=person, role=role)
    left = make_shop().merchant
    Membership.objects.create(merchant=left, person=person, role="owner", ended_at=database_now())
    assert client_of(person).get("/start/")["Location"] == door


# --- the account ----------------------------------------------------------------------------------


def test_the_account_shows_the_state_of_the_pin(client_of: ClientOf, payer: User, other: User) -> None:
    assert "not set" in client_of(other).get("/account/").content.decode()
    client = client_of(payer)
    page = client.get("/account/").content.decode()
    assert payer.email in page
    assert ">set<" in page
    block(payer)
    assert "blocked" in client.get("/account/").content.decode()


# --- the first PIN ----------------------------------------------------------------------------------


def test_a_first_pin_is_set_and_the_payer_is_back_at_the_scan(client_of: ClientOf, person: User) -> None:
    client = client_of(person)
    page = client.get("/pin/", {"next": PAY}).content.decode()
    assert "Set your PIN" in page
    assert f'name="next" value="{PAY}"' in page
    answer = client.post("/pin/", {"pin": PIN, "again": PIN, "country": "DE", "next": PAY})
    assert (answer.status_code, answer["Location"]) == (302, PAY)
    check_pin(person_id=person.pk, pin=PIN)
    assert residence_of(person.pk) == ("DE", "stated")


def test_without_a_next_the_door_finds_the_scan(client_of: ClientOf, person: User) -> None:
    answer = client_of(person).post("/pin/", {"pin": PIN, "again": PIN, "country": "DE"})
    assert answer["Location"] == "/start/"


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_another_site_is_never_next(client_of: ClientOf, person: User, elsewhere: str) -> None:
    client = client_of(person)
    assert "evil.com" not in client.get("/pin/", {"next": elsewhere}).content.decode()
    answer = client.post("/pin/", {"pin": PIN, "again": PIN, "country": "DE", "next": elsewhere})
    assert (answer.status_code, answer["Location"]) == (302, "/start/")


@pytest.mark.parametrize(("pin", "again", "says"), [
    ("", "", "This field is required"),
    ("24681", "24681", "A PIN is 6 digits"),
    ("２４６８１０", "２４６８１０", "A PIN is 6 digits"),
    ("123456", "123456", "among the first that a thief tries"),
    (PIN, NEW, "The two are not the same"),
    (PIN, "", "This field is required"),
])  # fmt: skip
def test_a_bad_first_pin_is_shown_again_with_the_reason(
    client_of: ClientOf, person: User, pin: str, again: str, says: str
) -> None:
    answer = client_of(person).post("/pin/", {"pin": pin, "again": again, "country": "DE", "next": PAY})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert says in page
    assert PAY in page
    assert pin_state(person.pk) == "none"
    assert not pin or f'value="{pin}"' not in page


def test_a_post_without_the_page_s_token_is_refused(person: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(person)
    assert client.post("/pin/", {"pin": PIN, "again": PIN}).status_code == 403
    assert pin_state(person.pk) == "none"


# --- the change ---------------------------------------------------------------------------------------


def test_a_pin_is_changed_by_the_one_in_use(client_of: ClientOf, payer: User) -> None:
    client = client_of(payer)
    page = client.get("/pin/").content.decode()
    assert "Change your PIN" in page
    assert "/pin/reset/" in page
    answer = client.post("/pin/", {"current": PIN, "pin": NEW, "again": NEW})
    assert (answer.status_code, answer["Location"]) == (302, "/account/")
    check_pin(person_id=payer.pk, pin=NEW)


def test_a_first_pin_s_form_does_not_replace_a_pin(client_of: ClientOf, payer: User) -> None:
    # A page left open since before the PIN was set, or a forged post.
    answer = client_of(payer).post("/pin/", {"pin": NEW, "again": NEW})
    assert answer.status_code == 400
    check_pin(person_id=payer.pk, pin=PIN)


def test_a_wrong_pin_is_answered_with_the_tries_left(client_of: ClientOf, payer: User) -> None:
    client = client_of(payer)
    wrong = {"current": WRONG, "pin": NEW, "again": NEW}
    for left in ("4 tries are left", "3 tries are left", "2 tries are left", "1 try is left"):
        answer = client.post("/pin/", wrong)
        assert answer.status_code == 403
        assert left in answer.content.decode()
    answer = client.post("/pin/", wrong)
    assert answer.status_code == 403
    assert "Your PIN is blocked" in answer.content.decode()


def test_a_blocked_pin_s_page_leads_to_the_reset(client_of: ClientOf, payer: User) -> None:
    block(payer)
    client = client_of(payer)
    page = client.get("/pin/").content.decode()
    assert "Your PIN is blocked" in page
    assert 'name="pin"' not in page
    assert "/pin/reset/" in page
    assert client.post("/pin/", {"current": PIN, "pin": NEW, "again": NEW}).status_code == 403
    ask_pin_reset(person_id=payer.pk)
    assert "A link to set a new PIN is in your mail" in client.get("/pin/").content.decode()
