"""A session knows its person: read in one statement, believed only where everything agrees."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session as DjangoSession
from django.db import connection
from django.test import Client, override_settings
from django.utils import timezone

from people.models import BrowserSession, User
from people.queries import person_behind
from people.sessions import SessionStore
from people.tasks import sweep_sessions
from tests.people.conftest import PIN

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"
ClientOf = Callable[[User], Client]
Counted = Callable[[int], Any]


def cookie_of(client: Client) -> str:
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def changed(cookie: str, **data: Any) -> str:
    """The session with other data, signed as we sign; its row stays."""
    store = SessionStore(cookie)
    told = store.load() | data
    BrowserSession.objects.filter(pk=cookie).update(session_data=store.encode(told))
    return cookie


def test_one_statement_reads_the_session_and_its_person(
    person: User, client_of: ClientOf, django_assert_num_queries: Counted
) -> None:
    cookie = cookie_of(client_of(person))
    with django_assert_num_queries(1):
        found = person_behind(cookie)
    stored = User.objects.get(pk=person.pk)
    assert found == person
    assert {f.attname: getattr(found, f.attname) for f in User._meta.concrete_fields} == {
        f.attname: getattr(stored, f.attname) for f in User._meta.concrete_fields
    }
    assert not found._state.adding and found._state.db == "default"


def test_a_page_of_the_signed_in_needs_no_other(person: User, client_of: ClientOf) -> None:
    client = client_of(person)
    with connection.execute_wrapper(seen := Seen()):
        assert client.get("/account/").status_code == 200
    assert [sql for sql in seen.sql if "people_user" in sql or "session" in sql] == seen.sql[:1]


class Seen:
    def __init__(self) -> None:
        self.sql: list[str] = []

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.sql.append(sql)
        return execute(sql, params, many, context)


def test_columns_of_a_person_need_no_conversion() -> None:
    """The row becomes a person as it comes: a field that converts would need its converter here."""
    assert [f.name for f in User._meta.concrete_fields if f.get_db_converters(connection)] == []
    assert [
        f.name for f in User._meta.concrete_fields if connection.ops.get_db_converters(f.cached_col)
    ] == []


def test_the_row_names_who_is_signed_in_from_sign_in_to_sign_out(client: Client, person: User) -> None:
    session = client.session
    session["back_to"] = "/pay/"
    session.save()
    planted = session.session_key
    assert BrowserSession.objects.get().person is None
    client.post("/accounts/login/", {"login": person.email, "password": PASSWORD})
    assert cookie_of(client) != planted
    assert list(BrowserSession.objects.values_list("pk", "person")) == [(cookie_of(client), person.pk)]
    client.post("/accounts/logout/")
    assert not BrowserSession.objects.exclude(person=None).exists()


def test_a_change_of_the_password_ends_all_other_browsers(person: User, client_of: ClientOf) -> None:
    here, there = client_of(person), client_of(person)
    new = "another horse battery"
    here.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert here.get("/account/").status_code == 200
    assert there.get("/account/").status_code == 302
    assert BrowserSession.objects.filter(person=person).count() == 1  # the other is emptied, not only ignored


def test_who_may_not_sign_in_any_more_is_signed_out(person: User, client_of: ClientOf) -> None:
    cookie = cookie_of(client_of(person))
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert not person_behind(cookie).is_authenticated


@pytest.mark.parametrize("row", ["other", "nobody"])
def test_a_row_that_names_another_than_its_data_is_nobodys(
    person: User, other: User, client_of: ClientOf, row: str
) -> None:
    """Who can write the column but has no key to sign with does not become somebody else, or stay."""
    cookie = cookie_of(client_of(person))
    BrowserSession.objects.update(person=other if row == "other" else None)
    assert not person_behind(cookie).is_authenticated


@pytest.mark.parametrize(
    "data",
    [
        {BACKEND_SESSION_KEY: "django.contrib.auth.backends.ModelBackend"},
        {HASH_SESSION_KEY: ""},
        {HASH_SESSION_KEY: None},
        {HASH_SESSION_KEY: "0" * 64},
        {SESSION_KEY: "x"},
        {SESSION_KEY: str(UUID(int=7))},
    ],
)
def test_data_that_does_not_prove_it_is_nobodys(
    person: User, client_of: ClientOf, data: dict[str, Any]
) -> None:
    cookie = cookie_of(client_of(person))
    assert person_behind(cookie) == person
    assert not person_behind(changed(cookie, **data)).is_authenticated


def test_data_that_we_have_not_signed_is_none(person: User, client_of: ClientOf) -> None:
    cookie = cookie_of(client_of(person))
    BrowserSession.objects.update(session_data="e30:forged:forged")
    assert not person_behind(cookie).is_authenticated


@pytest.mark.parametrize("cookie", ["", "x", "0" * 32, "a\0" * 16, "é" * 32, "a' OR 1=1 --" * 3, "a" * 9000])
def test_a_cookie_that_we_never_gave_is_nobodys_and_no_error(cookie: str) -> None:
    store = SessionStore(cookie)
    assert store.load() == {} and store.session_key is None
    assert not person_behind(cookie).is_authenticated


def test_a_session_that_has_run_out_is_over(person: User, client_of: ClientOf) -> None:
    cookie = cookie_of(client_of(person))
    BrowserSession.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert not person_behind(cookie).is_authenticated


def test_a_new_secret_key_signs_nobody_out_while_the_old_one_is_read(
    person: User, client_of: ClientOf
) -> None:
    client = client_of(person)
    before = cookie_of(client)
    with override_settings(SECRET_KEY="new", SECRET_KEY_FALLBACKS=[settings.SECRET_KEY]):
        assert client.get("/account/").status_code == 200
        assert cookie_of(client) != before
    with override_settings(SECRET_KEY="new", SECRET_KEY_FALLBACKS=[]):
        assert client.get("/account/").status_code == 200
    with override_settings(SECRET_KEY="third", SECRET_KEY_FALLBACKS=[]):
        assert client.get("/account/").status_code == 302


def test_a_person_who_goes_takes_the_sessions_along(person: User, client_of: ClientOf) -> None:
    cookie = cookie_of(client_of(person))
    person.delete()
    assert not BrowserSession.objects.exists()
    assert not person_behind(cookie).is_authenticated


def test_the_clock_sweeps_what_has_run_out(person: User, other: User, client_of: ClientOf) -> None:
    kept, gone = cookie_of(client_of(person)), cookie_of(client_of(other))
    BrowserSession.objects.filter(pk=gone).update(expire_date=timezone.now() - timedelta(seconds=1))
    sweep_sessions()
    assert list(BrowserSession.objects.values_list("pk", flat=True)) == [kept]
    task = settings.CELERY_BEAT_SCHEDULE["sessions"]["task"]
    assert task == sweep_sessions.name


def test_what_the_release_before_has_left_is_swept_too() -> None:
    now = timezone.now()
    for key, left in (("old", -1), ("young", 1)):
        DjangoSession.objects.create(session_key=key, expire_date=now + timedelta(minutes=left))
    sweep_sessions()
    assert [row.pk for row in DjangoSession.objects.all()] == ["young"]


def test_djangos_own_table_stays_empty(person: User, client_of: ClientOf) -> None:
    client_of(person).get("/account/")
    assert BrowserSession.objects.exists() and not DjangoSession.objects.exists()


def test_a_key_is_not_what_a_row_says_of_itself(payer: User, client_of: ClientOf) -> None:
    cookie = cookie_of(client_of(payer))
    said = str(BrowserSession.objects.get())
    assert cookie not in said and str(payer.pk) in said and PIN not in said
