"""Every page of the ground floor, rendered: it stands in its frame and needs no hole in the policy."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.template import Engine
from django.test import Client

from tests.look.reader import Page

pytestmark = [pytest.mark.urls("tests.look.board"), pytest.mark.django_db]
TEMPLATES = Path(settings.BASE_DIR) / "config" / "templates"
ERRORS = {400: 400, 403: 403, 404: 404, 409: 409, 429: 429, 500: 500}
OPEN = [
    "/",
    "/board/phone/",
    "/board/desk/?page=3&till=2",
    "/board/phone/?wrong=1",
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/inactive/",
    "/accounts/confirm-email/",
    "/accounts/confirm-email/unknown/",
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
    "/accounts/password/reset/key/0-unknown/",
    "/accounts/password/reset/key/done/",
]
SIGNED_IN = [
    "/",
    "/board/phone/",
    "/board/desk/",
    "/accounts/email/",
    "/accounts/password/change/",
    "/accounts/reauthenticate/",
    "/accounts/logout/",
]


@pytest.fixture
def signed_in(client: Client) -> Client:
    client.force_login(get_user_model().objects.create_user("linh@example.org", "korn-blume-77"))
    return client


@pytest.mark.parametrize(
    "path", sorted(TEMPLATES.rglob("*.*")), ids=lambda path: str(path.relative_to(TEMPLATES))
)
def test_template_compiles(path: Path) -> None:
    name = str(path.relative_to(TEMPLATES))
    assert Engine.get_default().get_template(name).origin.name == str(path)


@pytest.mark.parametrize("address", OPEN)
def test_page_for_anybody(client: Client, address: str) -> None:
    check(client, address, 200)


@pytest.mark.parametrize("address", SIGNED_IN)
def test_page_for_a_person(signed_in: Client, address: str) -> None:
    page = check(signed_in, address, 200)
    assert "/accounts/logout/" in page.values("href")


@pytest.mark.parametrize("status", ERRORS)
def test_error_page_says_what_to_do(client: Client, status: int) -> None:
    page = check(client, f"/error/{status}/", status)
    assert [link["href"] for link in page.all("a") if link.get("role") == "button"] == ["/"]


@pytest.mark.parametrize("status", [400, 403, 404, 429])
def test_error_page_says_that_nothing_was_taken(client: Client, status: int) -> None:
    assert "othing was taken from your wallet" in check(client, f"/error/{status}/", status).text


def test_an_error_of_ours_does_not_promise_what_it_cannot_know(client: Client) -> None:
    text = check(client, "/error/500/", 500).text
    assert "othing was taken" not in text
    assert "look at your wallet before you try again" in text


def test_a_refusal_shows_its_own_words_and_its_code(client: Client) -> None:
    text = check(client, "/error/409/", 409).text
    assert "It is 14.90 EUR." in text
    assert "only_here" in text


def test_the_three_doors_are_open(client: Client) -> None:
    buttons = {link["href"] for link in check(client, "/", 200).all("a") if link.get("role") == "button"}
    assert buttons == {"/merchants/", "/payments/wallet/", "/reports/"}


def test_messages_are_read_aloud_and_escaped_once(client: Client) -> None:
    page = check(client, "/board/phone/", 200)
    assert {"class": "messages", "role": "status"} in page.all("div")
    assert [p["class"] for p in page.all("p") if "notice" in p.get("class", "")] == [
        "notice success",
        "notice info",
        "notice warning",
        "notice error",
    ]
    assert "A message & more" in page.text


def test_only_a_demonstration_says_so(client: Client, settings: Any) -> None:
    for demo in (True, False):
        settings.DEMO = demo
        assert ("test money" in check(client, "/", 200).text) is demo


def test_the_current_place_is_marked(signed_in: Client) -> None:
    page = check(signed_in, "/accounts/password/change/", 200)
    assert [link["href"] for link in page.all("a") if "aria-current" in link] == [
        "/accounts/password/change/"
    ]


def check(client: Client, address: str, status: int) -> Page:
    """The page at an address, having looked at all that every page must keep."""
    response = client.get(address)
    assert response.status_code == status
    page = Page(response.content.decode())
    assert page.inline() == []
    assert page.outside() == []
    assert page.dangling() == set()
    assert "" not in page.values("href")  # an address that does not resolve
    assert len(page.all("h1")) == 1
    assert len(page.values("id")) == len(set(page.values("id")))
    assert page.all("html") == [{"lang": "en"}]
    assert [main["id"] for main in page.all("main")] == ["main"]
    assert page.all("a")[0] == {"class": "skip", "href": "#main"}
    assert "None" not in page.text
    title = page.markup.split("<title>")[1].split("</title>")[0]
    assert title.endswith(" · Quittance")
    assert title.removesuffix(" · Quittance").strip()
    return page


def test_the_reader_sees_planted_faults() -> None:
    page = Page(
        '<p style="top:0" onclick="x()" class="style"><script>x()</script>'
        '<script nonce="n" src="//cdn.example/x.js"></script>'
        '<label for="gone">x</label><a href="#main">x</a><input id="here" aria-describedby="here away">'
    )
    assert page.inline() == ["p style", "p onclick", "script"]
    assert page.outside() == ["//cdn.example/x.js"]
    assert page.dangling() == {"gone", "main", "away"}
