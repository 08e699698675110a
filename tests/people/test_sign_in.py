"""Sign-up and sign-in over HTTP: the way back to a scan, and mail through the outbox."""

import pytest
from django.core import mail
from django.test import Client

from base.flows.send_notices import send_notices
from base.models import Notice
from people.models import User

pytestmark = pytest.mark.django_db
PAY = "/pay/01890000-0000-7000-8000-000000000001/"
PASSWORD = "correct horse battery"


def test_a_first_time_payer_signs_up_and_is_back_at_the_scan(client: Client) -> None:
    page = client.get("/accounts/login/", {"next": PAY}).content.decode()
    assert f"/accounts/signup/?next={PAY.replace('/', '%2F')}" in page
    form = client.get("/accounts/signup/", {"next": PAY}).content.decode()
    assert f'name="next" value="{PAY}"' in form
    said = {"email": "New.Payer@Example.org", "password1": PASSWORD, "next": PAY}
    answer = client.post("/accounts/signup/", said)
    assert (answer.status_code, answer["Location"]) == (302, PAY)
    assert User.objects.get().email == "new.payer@example.org"
    assert client.get("/account/").status_code == 200


def test_sign_in_leads_back_to_the_scan_and_else_to_the_door(client: Client, person: User) -> None:
    said = {"login": person.email, "password": PASSWORD}
    assert client.post("/accounts/login/", {**said, "next": PAY})["Location"] == PAY
    client.logout()
    assert client.post("/accounts/login/", said)["Location"] == "/start/"


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.com/", "//evil.com", "/\\evil.com", "javascript:alert(1)"]
)
def test_sign_in_never_leads_to_another_site(client: Client, person: User, elsewhere: str) -> None:
    said = {"login": person.email, "password": PASSWORD, "next": elsewhere}
    assert client.post("/accounts/login/", said)["Location"] == "/start/"


def test_sign_in_makes_a_new_session(client: Client, person: User) -> None:
    # A session key that somebody planted before sign-in is worth nothing after it.
    session = client.session
    session["back_to"] = PAY
    session.save()
    before = client.session.session_key
    client.post("/accounts/login/", {"login": person.email, "password": PASSWORD})
    assert client.session.session_key != before
    assert client.session["back_to"] == PAY
    assert client.get("/start/")["Location"] == PAY


def test_a_wrong_password_opens_nothing(client: Client, person: User) -> None:
    answer = client.post("/accounts/login/", {"login": person.email, "password": "not this one"})
    assert answer.status_code == 200
    assert "not correct" in answer.content.decode()
    assert client.get("/account/").status_code == 302


def test_a_mail_of_sign_in_waits_in_the_outbox(client: Client, person: User) -> None:
    client.post("/accounts/password/reset/", {"email": person.email})
    notice = Notice.objects.get()
    assert notice.to == person.email
    assert "/accounts/password/reset/key/" in notice.body
    assert notice.subject
    assert mail.outbox == []
    send_notices()
    assert [sent.to for sent in mail.outbox] == [[person.email]]
