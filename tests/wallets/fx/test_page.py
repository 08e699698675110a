"""The operators' page of rates: for staff only, and a preview before anything counts."""

from collections.abc import Callable
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from base.ids import database_now
from people.models import User
from tests.factories import make_person, make_rate
from tests.wallets.fx.files import manual, xml
from wallets.flows.import_fx_rates import CLOCK, import_fx_rates
from wallets.models import FxImport, FxRate

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
PAGE, IMPORT = "/operator/rates/", "/operator/rates/import/"


@pytest.fixture
def desk(client_of: ClientOf) -> Client:
    return client_of(make_person(pin=None, is_staff=True))


@pytest.fixture
def today() -> date:
    return database_now().date()


def test_there_is_nothing_for_others(client_of: ClientOf, client: Client, today: date) -> None:
    stranger = client_of(make_person(pin=None))
    text = manual(f"VND,30500,{today},x").decode()
    assert stranger.get(PAGE).status_code == 404
    assert stranger.post(IMPORT, {"text": text, "yes": "1"}).status_code == 404
    assert client.get(PAGE)["Location"].startswith("/accounts/login/")
    assert client.post(IMPORT, {"text": text, "yes": "1"}).status_code == 302
    gone = make_person(pin=None, is_staff=True)
    browser = client_of(gone)
    User.objects.filter(pk=gone.pk).update(is_staff=False)
    assert browser.get(PAGE).status_code == 404
    assert not FxRate.objects.exists()


def test_an_empty_page_says_what_to_do(desk: Client) -> None:
    page = desk.get(PAGE).content.decode()
    assert "No rates yet" in page
    assert 'href="/operator/rates/" aria-current="page"' in page


def test_each_rate_has_its_state_age_and_source(desk: Client, today: date) -> None:
    make_rate("CNY", "7.7900", days_old=1)
    make_rate("USD", "1.1", days_old=9)
    make_rate("VND", "30500", source="manual")
    make_rate("CNY", "8", source="manual")
    page = desk.get(PAGE).content.decode()
    for said in (
        ">7.79<",
        "1 day old",
        "too old",
        "9 days old",
        "The state bank",
        "30500",
        "not used: the ECB",
    ):
        assert said in page


def test_what_the_last_import_did(desk: Client, today: date) -> None:
    import_fx_rates(source="ecb", content=xml((today, [("USD", "1.1")])), way=CLOCK)
    page = desk.get(PAGE).content.decode()
    assert "1 added, 0 known already" in page
    assert "the clock" in page
    with pytest.raises(Exception, match="fx_file_invalid"):
        import_fx_rates(source="ecb", content=b"<broken", way=CLOCK)
    assert "took nothing: Line 1: the file is cut off" in desk.get(PAGE).content.decode()


def test_a_file_is_looked_at_before_it_counts(desk: Client, today: date) -> None:
    content = manual(f'VND,30500,{today},"State Bank, Ha Noi"')
    page = desk.post(IMPORT, {"file": SimpleUploadedFile("vnd.csv", content)}).content.decode()
    assert "Nothing is imported yet" in page
    assert "State Bank, Ha Noi" in page
    assert not FxImport.objects.exists()
    answer = desk.post(IMPORT, {"text": content.decode(), "yes": "1"})
    assert answer["Location"] == PAGE
    assert FxRate.objects.get().publisher == "State Bank, Ha Noi"
    assert "nothing to add" in desk.post(IMPORT, {"text": content.decode()}).content.decode()


def test_a_jump_wants_a_tick(desk: Client, today: date) -> None:
    make_rate("VND", "30500", days_old=1, source="manual")
    text = manual(f"VND,305000,{today},x").decode()
    assert "far off" in desk.post(IMPORT, {"text": text}).content.decode()
    assert "Tick the box" in desk.post(IMPORT, {"text": text, "yes": "1"}).content.decode()
    assert FxRate.objects.count() == 1
    assert desk.post(IMPORT, {"text": text, "yes": "1", "agreed": "on"}).status_code == 302
    assert FxRate.objects.count() == 2


def test_another_value_for_a_known_day_is_not_taken(desk: Client, today: date) -> None:
    make_rate("VND", "30500", source="manual")
    text = manual(f"VND,30600,{today},x").decode()
    page = desk.post(IMPORT, {"text": text}).content.decode()
    assert "What is known stays" in page
    assert "Import them" not in page
    assert desk.post(IMPORT, {"text": text, "yes": "1"}).status_code == 409
    assert FxRate.objects.count() == 1


def test_wrong_lines_stand_on_the_form_with_what_was_sent(desk: Client, today: date) -> None:
    text = manual(f"VND,0,{today},<b>x</b>", f"QQQ,1,{today},x").decode()
    answer = desk.post(IMPORT, {"text": text})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "Line 2: The rate 0 cannot be" in page
    assert "Line 3: “QQQ” is no foreign currency" in page
    assert "&lt;b&gt;" in page
    assert "<b>x" not in page
    assert desk.post(IMPORT, {}).status_code == 400
    assert desk.get(IMPORT).status_code == 405
