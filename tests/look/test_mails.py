"""The account e-mails: plain text, one thing to do, nothing that a phisher could copy a habit from."""

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.template.loader import render_to_string
from django.test import Client

from base.flows.send_notices import send_notices

pytestmark = [pytest.mark.urls("tests.look.board"), pytest.mark.django_db]
ADDRESS = "o'linh&co@example.org"
CONTEXT: dict[str, Any] = {
    "email": ADDRESS,
    "from_email": ADDRESS,
    "to_email": "new@example.org",
    "deleted_email": ADDRESS,
    "code": "4217",
    "activate_url": "https://q.example/confirm?a=1&b=2",
    "password_reset_url": "https://q.example/reset?a=1&b=2",
    "signup_url": "https://q.example/signup?a=1&b=2",
    "ip": "192.0.2.1",
    "user_agent": "Firefox",
    "timestamp": "22 November 2026",
    "current_site": {"name": "q.example", "domain": "q.example"},
}
HOLDS = {
    "email_confirmation": "4217",
    "email_confirmation_signup": "4217",
    "account_already_exists": "https://q.example/reset?a=1&b=2",
    "unknown_account": "https://q.example/signup?a=1&b=2",
    "password_reset_key": "https://q.example/reset?a=1&b=2",
    "password_reset_code": "4217",
    "login_code": "4217",
    "email_changed": f"from {ADDRESS} to new@example.org",
    "email_confirm": "confirmed",
    "email_deleted": f"{ADDRESS} was removed",
    "password_changed": "Your password was changed",
    "password_reset": "A new password was chosen",
    "password_set": "A password was set",
}


@pytest.mark.parametrize("name", HOLDS)
def test_mail_holds_what_it_is_for(name: str) -> None:
    text = render_to_string(f"account/email/{name}_message.txt", CONTEXT)
    assert text.startswith("Good day,\n\n")
    assert HOLDS[name] in text
    assert "We never ask for your password or your PIN by email." in text
    assert "&amp;" not in text
    assert "&#x27;" not in text


@pytest.mark.parametrize("name", HOLDS)
def test_subject_is_one_line(name: str) -> None:
    subject = render_to_string(f"account/email/{name}_subject.txt", CONTEXT).strip()
    assert subject
    assert "\n" not in subject


@pytest.mark.parametrize(
    "name", ["email_changed", "email_deleted", "password_changed", "password_reset", "password_set"]
)
def test_warning_says_where_the_change_came_from(name: str) -> None:
    text = render_to_string(f"account/email/{name}_message.txt", CONTEXT)
    assert "192.0.2.1" in text
    assert "Firefox" in text
    assert "choose a new password now" in text


def test_link_without_a_code() -> None:
    text = render_to_string("account/email/email_confirmation_message.txt", CONTEXT | {"code": None})
    assert CONTEXT["activate_url"] in text
    assert "4217" not in text


def test_the_link_for_a_new_password_works(client: Client, mailoutbox: list[Any]) -> None:
    get_user_model().objects.create_user("linh@example.org", "korn-blume-77")
    client.post("/accounts/password/reset/", {"email": "linh@example.org"})
    send_notices()
    (mail,) = mailoutbox
    assert mail.subject == "Choose a new password"
    link = next(line for line in mail.body.splitlines() if "/password/reset/key/" in line)
    page = client.get(link, follow=True)
    assert "Choose a new password" in page.content.decode()
    answer = client.post(
        page.request["PATH_INFO"], {"password1": "mohn-feld-88", "password2": "mohn-feld-88"}, follow=True
    )
    assert "Your new password is set" in answer.content.decode()
    assert client.login(email="linh@example.org", password="mohn-feld-88")
