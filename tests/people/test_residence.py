"""Where a person lives: asked once, kept with source and moment, only ever added to."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from babel import Locale
from django.db import IntegrityError, connection, transaction
from django.db.utils import ProgrammingError
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from base.core.errors import Refused
from base.ids import database_now
from base.models import AuditLine
from people.core.countries import CODES, by_name, country_name, suggested
from people.flows.keep_residence import keep_residence
from people.flows.set_pin import set_pin
from people.flows.state_residence import state_residence
from people.models import Residence, User
from people.queries import pin_state, residence_of, residences_of
from tests.people.conftest import PIN, WRONG

ClientOf = Callable[[User], Client]
PAY = "/pay/01890000-0000-7000-8000-000000000001/"
CHOSEN = '<option value="{}" selected>'


# --- the list ---------------------------------------------------------------------------------------


def test_the_list_is_that_of_the_standard_and_kosovo() -> None:
    regions = {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"}
    assert len(CODES) == 250
    assert {code for code in map(str, Locale("en").territories) if len(code) == 2} - regions == CODES


def test_names_are_in_the_order_of_the_alphabet() -> None:
    names = [name for _, name in by_name()]
    assert names[:3] == ["Afghanistan", "Åland Islands", "Albania"]
    assert (country_name("DE"), country_name("XK"), country_name("ZQ")) == ("Germany", "Kosovo", "ZQ")


@pytest.mark.parametrize(
    ("languages", "country"),
    [
        ("de-AT,de;q=0.9,en-US;q=0.8", "AT"),
        ("de,en-GB;q=0.7", "GB"),
        ("zh-Hans-CN", "CN"),
        ("vi-vn", "VN"),
        ("de", ""),
        ("", ""),
        ("*", ""),
        ("en-ZZ,en-EU,en-001,en-419", ""),
        ("sr-Latn", ""),
    ],
)
def test_a_browsers_languages_suggest_a_country(languages: str, country: str) -> None:
    assert suggested(languages) == country


@given(st.text())
def test_whatever_a_browser_sends_is_a_country_or_nothing(languages: str) -> None:
    assert suggested(languages) in CODES | {""}


# --- the rows ---------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_newest_at_a_moment_counts(person: User) -> None:
    assert residence_of(person.pk) is None
    start = database_now()
    assert state_residence(person_id=person.pk, country="DE")
    between = database_now()
    assert keep_residence(person_id=person.pk, country="FR", source="bank")
    assert residence_of(person.pk) == ("FR", "bank")
    assert residence_of(person.pk, database_now()) == ("FR", "bank")
    assert residence_of(person.pk, between) == ("DE", "stated")
    assert residence_of(person.pk, start) is None
    assert residence_of(person.pk, start - timedelta(days=1)) is None


@pytest.mark.django_db
def test_the_same_again_is_no_new_row(person: User, other: User) -> None:
    assert state_residence(person_id=person.pk, country="DE")
    assert not state_residence(person_id=person.pk, country="DE")
    assert keep_residence(person_id=person.pk, country="DE", source="bank")
    assert state_residence(person_id=other.pk, country="DE")
    assert residences_of(person.pk).count() == 2
    assert list(
        AuditLine.objects.filter(subject=person.pk).order_by("id").values_list("action", flat=True)
    ) == [
        "residence.stated",
        "residence.bank",
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("country", ["", "EU", "ZZ", "de", "DEU", "D"])
def test_what_is_no_country_is_refused(person: User, country: str) -> None:
    with pytest.raises(Refused, match="country_unknown"):
        state_residence(person_id=person.pk, country=country)
    assert not Residence.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change", ["UPDATE people_residence SET country = 'FR'", "DELETE FROM people_residence"]
)
def test_the_application_may_only_add(person: User, change: str) -> None:
    state_residence(person_id=person.pk, country="DE")
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)
    assert residence_of(person.pk) == ("DE", "stated")


@pytest.mark.django_db
def test_the_database_refuses_other_sources_and_codes(person: User) -> None:
    for country, source in (("DE", "guessed"), ("de", "stated"), ("D", "stated")):
        with pytest.raises(IntegrityError), transaction.atomic():
            Residence.objects.create(person=person, country=country, source=source)


@pytest.mark.django_db
def test_an_unknown_country_sets_no_pin(person: User) -> None:
    with pytest.raises(Refused, match="country_unknown"):
        set_pin(person_id=person.pk, pin=PIN, country="EU")
    assert pin_state(person.pk) == "none"


@pytest.mark.django_db(transaction=True)
def test_who_has_a_pin_must_type_it(payer: User) -> None:
    for pin, code in (("", "pin_malformed"), (WRONG, "pin_wrong")):
        with pytest.raises(Refused, match=code):
            state_residence(person_id=payer.pk, country="DE", pin=pin)
    assert residence_of(payer.pk) is None
    assert state_residence(person_id=payer.pk, country="DE", pin=PIN)


# --- the pages ---------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_first_pin_wants_a_country_that_was_chosen(client_of: ClientOf, person: User) -> None:
    client = client_of(person)
    page = client.get("/pin/").content.decode()
    assert page.count("<option") == len(CODES) + 1
    assert CHOSEN.format("") in page or "selected" not in page
    for country in ({}, {"country": ""}, {"country": "EU"}):
        answer = client.post("/pin/", {"pin": PIN, "again": PIN, **country})
        assert answer.status_code == 400
    assert pin_state(person.pk) == "none"
    assert residence_of(person.pk) is None


@pytest.mark.django_db
def test_the_browsers_country_is_only_suggested(client_of: ClientOf, person: User) -> None:
    client = client_of(person)
    page = client.get("/pin/", HTTP_ACCEPT_LANGUAGE="de-AT,de;q=0.9").content.decode()
    assert CHOSEN.format("AT") in page
    assert residence_of(person.pk) is None
    client.post("/pin/", {"pin": PIN, "again": PIN, "country": "CH"}, HTTP_ACCEPT_LANGUAGE="de-AT")
    assert residence_of(person.pk) == ("CH", "stated")


@pytest.mark.django_db
def test_the_account_says_where_one_lives(client_of: ClientOf, payer: User) -> None:
    client = client_of(payer)
    page = client.get("/account/").content.decode()
    assert "Which country do you live in?" in page
    keep_residence(person_id=payer.pk, country="DE", source="stated")
    page = client.get("/account/").content.decode()
    assert "Which country do you live in?" not in page
    assert "You live in" in page
    assert "Germany" in page
    assert "you said so." in page


@pytest.mark.django_db
def test_who_has_no_pin_yet_is_not_asked_twice(client_of: ClientOf, person: User) -> None:
    client = client_of(person)
    assert "Which country" not in client.get("/account/").content.decode()
    state_residence(person_id=person.pk, country="VN")
    assert CHOSEN.format("VN") in client.get("/pin/", HTTP_ACCEPT_LANGUAGE="de-AT").content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_change_is_a_new_row_and_needs_the_pin(client_of: ClientOf, payer: User) -> None:
    client = client_of(payer)
    state_residence(person_id=payer.pk, country="DE", pin=PIN)
    page = client.get("/account/country/").content.decode()
    assert CHOSEN.format("DE") in page
    assert 'name="pin"' in page
    assert client.post("/account/country/", {"country": "FR", "pin": WRONG}).status_code == 403
    assert client.post("/account/country/", {"country": "FR"}).status_code == 400
    assert residence_of(payer.pk) == ("DE", "stated")
    answer = client.post("/account/country/", {"country": "FR", "pin": PIN, "next": PAY})
    assert (answer.status_code, answer["Location"]) == (302, PAY)
    assert [row.country for row in residences_of(payer.pk)] == ["FR", "DE"]
    answer = client.post("/account/country/", {"country": "FR", "pin": PIN, "next": "//evil.example"})
    assert answer["Location"] == "/account/"


@pytest.mark.django_db
def test_the_page_is_for_who_is_signed_in(client: Client) -> None:
    assert client.get("/account/country/")["Location"] == "/accounts/login/?next=/account/country/"
