"""The pages of a PIN reset: asking, the link and its states, stopping."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from base.core.errors import Refused
from base.models import Notice
from people.core.reset import ASKS_A_DAY
from people.flows.ask_pin_reset import ask_pin_reset
from people.flows.check_pin import check_pin
from people.models import PinReset, User
from people.queries import open_reset
from tests.people.conftest import PIN, WAITED, asked, newest_token

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
NEW = "975310"
UNKNOWN = "A" * 43


def link(token: str) -> str:
    return f"/pin/reset/{token}/"


def test_asking_sends_a_link_to_the_own_address(client_of: ClientOf, payer: User) -> None:
    client = client_of(payer)
    page = client.get("/pin/reset/").content.decode()
    assert payer.email in page
    assert Notice.objects.count() == 0
    answer = client.post("/pin/reset/", follow=True)
    assert answer.redirect_chain == [("/pin/", 302)]
    assert "A mail with a link is on its way" in answer.content.decode()
    assert Notice.objects.get().to == payer.email


def test_asking_without_a_pin_or_too_often_is_told_plainly(
    client_of: ClientOf, payer: User, other: User
) -> None:
    answer = client_of(other).post("/pin/reset/")
    assert (answer.status_code, "You have no PIN yet" in answer.content.decode()) == (409, True)
    for _ in range(ASKS_A_DAY):
        ask_pin_reset(person_id=payer.pk)
    answer = client_of(payer).post("/pin/reset/")
    assert (answer.status_code, "You asked often today" in answer.content.decode()) == (429, True)


def test_the_link_sets_a_new_pin(client_of: ClientOf, payer: User) -> None:
    client = client_of(payer)
    path = link(asked(payer, ago=WAITED))
    assert "Set a new PIN" in client.get(path).content.decode()
    answer = client.post(path, {"pin": NEW, "again": NEW})
    assert (answer.status_code, answer["Location"]) == (302, "/start/")
    check_pin(person_id=payer.pk, pin=NEW)


@pytest.mark.parametrize(("pin", "again"), [("", ""), ("12ab56", "12ab56"), ("111111", "111111"), (NEW, PIN)])
def test_a_bad_new_pin_leaves_the_link_alive(client_of: ClientOf, payer: User, pin: str, again: str) -> None:
    client = client_of(payer)
    path = link(asked(payer, ago=WAITED))
    assert client.post(path, {"pin": pin, "again": again}).status_code == 400
    assert client.post(path, {"pin": NEW, "again": NEW}).status_code == 302


def test_a_link_before_its_time_says_when(client_of: ClientOf, payer: User) -> None:
    client = client_of(payer)
    path = link(asked(payer))
    for answer in (client.get(path), client.post(path, {"pin": NEW, "again": NEW})):
        page = answer.content.decode()
        assert answer.status_code == 409
        assert "This link does not work yet" in page
        assert "in 1 minute," in page
        assert f"{PinReset.objects.get().ready_at:%H:%M} UTC" in page
    check_pin(person_id=payer.pk, pin=PIN)


def test_a_link_that_is_too_old_used_or_replaced_says_so(client_of: ClientOf, payer: User) -> None:
    client = client_of(payer)
    old = client.get(link(asked(payer, ago=timedelta(hours=26))))
    assert (old.status_code, "This link is too old" in old.content.decode()) == (410, True)
    replaced, used = asked(payer, ago=WAITED), asked(payer, ago=WAITED)
    assert client.post(link(used), {"pin": NEW, "again": NEW}).status_code == 302
    for token in (replaced, used):
        answer = client.post(link(token), {"pin": PIN, "again": PIN})
        assert (answer.status_code, "This link is over" in answer.content.decode()) == (410, True)
    check_pin(person_id=payer.pk, pin=NEW)


def test_another_s_link_and_an_unknown_one_look_the_same(
    client_of: ClientOf, payer: User, other: User
) -> None:
    token = asked(payer, ago=WAITED)
    thief = client_of(other)
    known, unknown = (thief.post(link(each), {"pin": NEW, "again": NEW}) for each in (token, UNKNOWN))
    assert (known.status_code, unknown.status_code) == (404, 404)
    assert len(known.content) == len(unknown.content)
    check_pin(person_id=payer.pk, pin=PIN)
    assert open_reset(payer.pk) is not None


def test_a_link_needs_its_owner_signed_in(client: Client, payer: User) -> None:
    path = link(asked(payer, ago=WAITED))
    answer = client.post(path, {"pin": NEW, "again": NEW})
    assert (answer.status_code, answer["Location"]) == (302, f"/accounts/login/?next={path}")
    check_pin(person_id=payer.pk, pin=PIN)


def test_the_mail_is_enough_to_stop_it_but_a_look_is_not(client: Client, payer: User) -> None:
    token = asked(payer)
    path = f"{link(token)}stop/"
    assert client.get(path).status_code == 200
    assert client.head(path).status_code == 200
    assert open_reset(payer.pk) is not None
    answer = client.post(path)
    assert (answer.status_code, "The link does not work any more" in answer.content.decode()) == (200, True)
    assert open_reset(payer.pk) is None
    assert client.get(path).status_code == 410
    assert client.post(path).status_code == 410
    assert client.post(f"{link(UNKNOWN)}stop/").status_code == 404


def test_a_link_used_between_look_and_button_is_refused_in_words(
    client_of: ClientOf, payer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def beaten(*, token: str, pin: str) -> None:
        raise Refused("reset_over", "This link has been used.", status=410)

    monkeypatch.setattr("people.web.resets.reset_pin", beaten)
    answer = client_of(payer).post(link(asked(payer, ago=WAITED)), {"pin": NEW, "again": NEW})
    assert (answer.status_code, "This link has been used." in answer.content.decode()) == (410, True)


def test_the_newest_mail_s_links_lead_to_the_pages(client_of: ClientOf, payer: User) -> None:
    ask_pin_reset(person_id=payer.pk)
    body = Notice.objects.get().body
    token = newest_token(payer)
    paths = [word.removeprefix("http://127.0.0.1:8000") for word in body.split() if word.startswith("http")]
    assert paths == [link(token), f"{link(token)}stop/"]
    assert [client_of(payer).get(path).status_code for path in paths] == [409, 200]
