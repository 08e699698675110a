"""The customer's page over HTTP: what is said, who may, how many statements."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from base.ids import database_now
from payments.models import Payment, Session, Showing, ShownCode
from people.models import User
from tests.factories import (
    PIN,
    make_one_time_code,
    make_person,
    make_shop,
)
from tests.payments.shown.acts import charge, show, taken
from tests.payments.till.shop_floor import Floor, open_shop

pytestmark = pytest.mark.django_db
PIECE = {"accept": "text/x-piece"}
SignIn = Callable[[User], Client]


@pytest.fixture
def floor(db: None) -> Floor:
    return open_shop()


@pytest.fixture
def phone(ann: User, client_of: SignIn) -> Client:
    browser: Client = client_of(ann)
    return browser


def begin(phone: Client, **form: str) -> None:
    answer = phone.post("/wallet/show/begin", form or {"pin": PIN})
    assert (answer.status_code, answer["Location"]) == (302, "/wallet/show/")


def digits_on(page: str) -> str:
    found = re.search(r'<span class="words">([0-9 ]{14})</span>', page)
    assert found, page
    return found[1]


def test_the_pin_opens_and_each_press_makes_another_code(phone: Client, ann: User) -> None:
    assert "Your PIN" in phone.get("/wallet/show/").content.decode()
    begin(phone)
    page = phone.get("/wallet/show/").content.decode()
    assert "Up to 5 more small payments need no PIN" in page and "data-fresh" not in page
    one = phone.post("/wallet/show/code", headers=PIECE).content.decode()
    other = phone.post("/wallet/show/code").content.decode()
    assert digits_on(one) != digits_on(other)
    assert "<html" not in one and "<html" in other and 'data-left="60"' in one
    assert list(ShownCode.objects.order_by("id").values_list("state", flat=True)) == ["gone", "shown"]
    for text in (one, other):
        assert ann.email not in text and str(ann.pk) not in text


def test_a_wrong_pin_opens_nothing(phone: Client) -> None:
    answer = phone.post("/wallet/show/begin", {"pin": "111111"})
    page = answer.content.decode()
    assert answer.status_code == 403 and "4 tries are left" in page and "Nothing was taken" in page
    assert not Showing.objects.exists()


def test_without_the_pin(phone: Client) -> None:
    begin(phone, later="1")
    assert "asks for your PIN" in phone.get("/wallet/show/").content.decode()
    assert Showing.objects.get().with_pin is False


def test_who_has_no_pin_is_led_to_one(client_of: SignIn) -> None:
    browser = client_of(make_person(pin=None))
    assert "/pin/?next=/wallet/show/" in browser.get("/wallet/show/").content.decode()
    assert browser.post("/wallet/show/begin", {"later": "1"}).status_code == 409


def test_another_browser_of_the_same_person_asks_for_the_pin(
    phone: Client, ann: User, client_of: SignIn
) -> None:
    begin(phone)
    other = client_of(ann)
    assert "Your PIN" in other.get("/wallet/show/").content.decode()
    assert other.post("/wallet/show/code", headers=PIECE).status_code == 409


def test_a_showing_ends(phone: Client) -> None:
    begin(phone)
    Showing.objects.update(ends_at=database_now() - timedelta(seconds=1))
    assert phone.post("/wallet/show/code", headers=PIECE).status_code == 409
    assert "Your PIN" in phone.get("/wallet/show/").content.decode()
    begin(phone)
    phone.post("/wallet/show/code")
    assert phone.post("/wallet/show/stop").status_code == 302
    assert not Showing.objects.filter(closed_at=None).exists()
    assert not ShownCode.objects.filter(state="shown").exists()


def test_out_of_sight_is_dead(phone: Client) -> None:
    begin(phone)
    phone.post("/wallet/show/code")
    code = ShownCode.objects.get()
    assert phone.post(f"/wallet/show/{code.pk}/hide").status_code == 204
    code.refresh_from_db()
    assert code.state == "gone"
    assert phone.get(f"/wallet/show/{code.pk}/state").json() == {"outcome": "gone", "to": ""}


def test_the_phone_hears_what_became_of_it(phone: Client, ann: User) -> None:
    shop = make_shop()
    small = charge(shop, make_one_time_code(shop, 500), show(ann).link)
    payment = Payment.objects.get()
    answer = phone.get(f"/wallet/show/{small}/state")
    assert answer.json() == {"outcome": "paid", "to": f"/paid/{payment.pk}/"}
    assert "a small amount, by the code you showed" in phone.get(f"/paid/{payment.pk}/").content.decode()
    assert "by code, without PIN" in phone.get("/wallet/history/").content.decode()
    large = taken(charge(shop, make_one_time_code(shop, 4900), show(ann).link))
    to = f"/pay/{large.session_id}/"
    assert phone.get(f"/wallet/show/{large.pk}/state").json() == {"outcome": "waiting", "to": to}
    page = phone.get(to).content.decode()
    assert shop.merchant.trade_name in page and "Pay 49.00" in page and "Do not pay" in page


def test_others_learn_nothing_of_a_code(ann: User, client_of: SignIn) -> None:
    code = show(ann).code
    stranger = client_of(make_person())
    for path in ("state", "hide"):
        ask = stranger.get if path == "state" else stranger.post
        answer = ask(f"/wallet/show/{code.pk}/{path}")
        assert answer.status_code == (404 if path == "state" else 204)
    code.refresh_from_db()
    assert code.state == "shown"
    anonymous = Client()
    for path in ("", "begin", "code", "stop", f"{code.pk}/state", f"{code.pk}/hide"):
        ask = anonymous.get if path in {"", f"{code.pk}/state"} else anonymous.post
        answer = ask(f"/wallet/show/{path}")
        assert answer.status_code == 302 and answer["Location"].startswith("/accounts/login/")


def test_a_no_on_the_phone_reaches_the_till(phone: Client, ann: User, floor: Floor) -> None:
    code = taken(charge(floor.shop, make_one_time_code(floor.shop, 4900), show(ann).link))
    cashier, path = floor.browser("cashier"), f"{floor.till}scan/{code.pk}/"
    assert cashier.get(f"{path}state").json() == {"outcome": "waiting"}
    assert "Waiting for the customer’s PIN" in cashier.get(path).content.decode()
    assert phone.post(f"/pay/{code.session_id}/no")["Location"] == "/wallet/"
    assert cashier.get(f"{path}state").json() == {"outcome": "declined"}
    page = cashier.get(path).content.decode()
    assert "The customer said no" in page and "Nothing was paid" in page


def test_a_stranger_cannot_say_no_for_the_payer(ann: User, floor: Floor) -> None:
    code = taken(charge(floor.shop, make_one_time_code(floor.shop, 4900), show(ann).link))
    assert floor.browser("customer").post(f"/pay/{code.session_id}/no").status_code == 404
    assert code.session_id and Session.objects.get(pk=code.session_id).state == "open"


def test_a_customer_s_code_before_any_other_camera(ann: User) -> None:
    link = show(ann).link
    answer = Client().get(link.removeprefix(settings.BASE_URL))
    page = answer.content.decode()
    assert answer.status_code == 404 and "This is a customer" in page and ann.email not in page


def test_a_link_opens_no_other_door(ann: User) -> None:
    token = show(ann).link.rpartition("/")[2]
    for door in ("q", "r", "w"):
        answer = Client().get(f"/{door}/{token}")
        assert answer.status_code == 404 or answer["Location"].startswith("/accounts/"), door


def test_statements(
    floor: Floor, ann: User, phone: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """A page that asks each second must not grow."""
    begin(phone)
    phone.post("/wallet/show/code")
    shown = ShownCode.objects.get()
    with django_assert_max_num_queries(4):  # session, person, code, clock
        phone.get(f"/wallet/show/{shown.pk}/state")
    order = make_one_time_code(floor.shop, 4900)
    code_id = charge(floor.shop, order, show(ann).link)
    cashier = floor.browser("cashier")
    with django_assert_max_num_queries(5):
        cashier.get(f"{floor.till}scan/{code_id}/state")
    with django_assert_max_num_queries(5):
        cashier.get(f"{floor.till}scan/")
