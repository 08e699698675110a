"""The pay page: who, how much, and the one step that comes next; whose page it is."""

import uuid
from datetime import timedelta

import pytest
from django.test import Client

from base.ids import database_now
from base.models import AuditLine
from merchants.core.words import words_on_screen
from merchants.flows.retire_qr import retire_qr
from merchants.models import QrCode
from payments.models import Payment, Session
from tests.factories import make_one_time_code, make_person, make_shop, make_static_code, pay
from tests.payments.web.phone import Phone, state_of
from wallets.flows.freeze_wallet import freeze_wallet

pytestmark = pytest.mark.django_db

BAD_EUR = [
    "", " ", "1_000", "１００", "٣", "1e2", "NaN", "Infinity", "-5", "+5", "0", "0.00", "1.234", "1,234",
    "1.000,00",
    "12.", ".5", " 12", "12 ", "0x10", "twelve", "12.90 EUR", "1\x00", "1" * 14, "9" * 5000,
]  # fmt: skip


def lines() -> list[dict[str, object]]:
    return [
        {"description": "Breakfast for one", "category": "reduced", "amount_minor": 990},
        {"description": "Oat cappuccino", "category": "standard", "amount_minor": 200},
    ]


def test_a_bad_amount_is_400_and_writes_nothing() -> None:
    phone, code = Phone(), make_static_code(make_shop())
    session_id = phone.scan(code)
    before = state_of(session_id)
    for text in BAD_EUR:
        answer = phone.type(session_id, amount=text)
        assert answer.status_code == 400, text
        assert 'role="alert"' in answer.content.decode(), text
        assert state_of(session_id) == before, text
    assert not Payment.objects.exists()


def test_a_currency_without_decimals_takes_none() -> None:
    phone, code = Phone(), make_static_code(make_shop("VN"))
    session_id = phone.scan(code)
    for text in ("1.0", "40000.00", "40,5", "40.000", "1e2", "４００００"):
        assert phone.type(session_id, amount=text).status_code == 400, text
    assert state_of(session_id) == ("open", None, 0, 1)
    assert phone.type(session_id, amount="40000").status_code == 302


def test_a_bad_tip_is_400_and_writes_nothing() -> None:
    phone, shop = Phone(), make_shop()
    typed, order = phone.scan(make_static_code(shop)), phone.scan(make_one_time_code(shop))
    for text in [*BAD_EUR[:10], "1.234"]:
        assert phone.type(typed, amount="8.40", tip="own", own_tip=text).status_code == 400, text
        assert phone.type(order, tip="own", own_tip=text).status_code == 400, text
    assert state_of(typed) == state_of(order) == ("open", None, 0, 1)


@pytest.mark.parametrize(
    ("said", "typed", "tip"),
    [
        ({"amount": "8.40"}, 840, 0),
        ({"amount": "8,4", "tip": "0"}, 840, 0),
        ({"amount": "8.45", "tip": "10"}, 845, 85),
        ({"amount": "8.40", "tip": "15"}, 840, 126),
        ({"amount": "8.40", "tip": "own", "own_tip": "0.60"}, 840, 60),
        ({"amount": "8.40", "tip": "0", "own_tip": "0.60"}, 840, 0),
    ],
)
def test_an_amount_and_a_tip_are_kept(said: dict[str, str], typed: int, tip: int) -> None:
    phone = Phone()
    session_id = phone.scan(make_static_code(make_shop()))
    answer = phone.type(session_id, **said)
    assert (answer.status_code, answer["Location"]) == (302, f"/pay/{session_id}/")
    assert state_of(session_id) == ("open", typed, tip, 2)


def test_an_unknown_tip_is_400() -> None:
    phone = Phone()
    session_id = phone.scan(make_static_code(make_shop()))
    assert phone.type(session_id, amount="8.40", tip="99").status_code == 400
    assert state_of(session_id)[1] is None


def test_above_the_cap_of_a_printed_code_is_400() -> None:
    phone = Phone()
    session_id = phone.scan(make_static_code(make_shop()))
    answer = phone.type(session_id, amount="50.01")
    assert answer.status_code == 400 and "at most 50.00 EUR" in answer.content.decode()
    assert phone.type(session_id, amount="50.00").status_code == 302


def test_a_code_without_tips_offers_and_takes_none() -> None:
    phone = Phone()
    session_id = phone.scan(make_static_code(make_shop(), tip_allowed=False))
    assert "A tip?" not in phone.look(session_id)
    phone.type(session_id, amount="8.40", tip="15")
    assert state_of(session_id)[2] == 0


def test_the_amount_can_be_changed_and_stands_in_the_form() -> None:
    phone = Phone()
    session_id = phone.scan(make_static_code(make_shop()))
    phone.type(session_id, amount="8.40", tip="own", own_tip="0.33")
    page = phone.look(session_id, change="1")
    assert 'value="8.40"' in page and 'value="0.33"' in page


def test_an_order_shows_its_lines_taxes_and_total_at_once() -> None:
    phone, code = Phone(), make_one_time_code(make_shop(), lines=lines())
    session_id = phone.scan(code)
    page = phone.look(session_id)
    for text in (
        "Breakfast for one",
        "9.90",
        "Oat cappuccino",
        "VAT 7",
        "on 9.25",
        "0.65",
        "on 1.68",
        "0.32",
        "11.90",
    ):
        assert text in page, text
    assert words_on_screen(code.pk, "DE") in page
    assert phone.type(session_id, tip="10").status_code == 302
    assert "13.09" in phone.look(session_id)


def test_prices_without_tax_have_it_before_the_total() -> None:
    shop = make_shop("US", inclusive=False)
    phone = Phone()
    page = phone.look(phone.scan(make_one_time_code(shop, 1000)))
    assert page.index("SALES 8.25") < page.index("Total USD") and "10.83" in page


def test_a_shop_that_nobody_reviewed_is_said_to_be_so() -> None:
    phone = Phone()
    page = phone.look(phone.scan(make_static_code(make_shop(reviewed=False))))
    assert "not yet reviewed" in page and "20.00" in page
    assert "reviewed shop" not in page


def test_a_name_cannot_speak_html() -> None:
    phone = Phone()
    page = phone.look(phone.scan(make_static_code(make_shop(trade_name="<script>x</script>"))))
    assert "<script>x" not in page and "&lt;script&gt;x" in page


def test_a_stranger_browser_and_another_person_see_nothing() -> None:
    code, ann = make_static_code(make_shop()), make_person()
    phone = Phone()
    session_id = phone.scan(code)
    before = state_of(session_id)
    for other in (Phone(), Phone(make_person())):
        for path in ("", "amount", "confirm", "cancel", "sign-in", "top-up"):
            method = other.client.get if path == "" else other.client.post
            answer = method(
                f"/pay/{session_id}/{path}", {"amount": "1", "confirmation": "x", "pin": "246810"}
            )
            gone = answer.status_code == 404 or answer.get("Location") == f"/pay/{session_id}/"
            assert gone, path
    assert state_of(session_id) == before
    phone.sign_in(ann)
    assert phone.client.get(f"/pay/{session_id}/").status_code == 200
    assert Session.objects.get(pk=session_id).person_id == ann.pk
    assert Phone(make_person()).client.get(f"/pay/{session_id}/").status_code == 404
    assert Phone().client.get(f"/pay/{uuid.uuid4()}/").status_code == 404


def test_posts_need_a_csrf_token() -> None:
    client = Client(enforce_csrf_checks=True)
    session_id = Phone().scan(make_static_code(make_shop()))
    for path in ("amount", "confirm", "cancel", "sign-in", "top-up"):
        assert client.post(f"/pay/{session_id}/{path}").status_code == 403


def test_who_is_not_signed_in_is_asked_to_and_comes_back_to_the_scan() -> None:
    code, ann = make_one_time_code(make_shop(), life=timedelta(minutes=1)), make_person(funds={"EUR": 5_000})
    phone = Phone()
    session_id = phone.scan(code)
    assert "Sign in or sign up to pay" in phone.look(session_id)
    assert phone.client.post(f"/pay/{session_id}/sign-up")["Location"] == "/accounts/signup/"
    assert phone.client.post(f"/pay/{session_id}/sign-in")["Location"] == "/accounts/login/"
    assert QrCode.objects.filter(pk=code.pk, expires_at__gt=database_now() + timedelta(minutes=9)).exists()
    phone.client.post("/accounts/login/", {"login": ann.email, "password": "correct horse battery"})
    answer = phone.client.get("/start/")
    assert answer["Location"] == f"/pay/{session_id}/"
    assert phone.confirm(session_id, phone.token(session_id)).status_code == 302


def test_without_a_pin_the_way_leads_to_it_and_back() -> None:
    phone = Phone(make_person(pin=None, funds={"EUR": 5_000}))
    session_id = phone.scan(make_one_time_code(make_shop()))
    assert "Set a PIN" in phone.look(session_id)
    assert phone.client.post(f"/pay/{session_id}/pin")["Location"] == f"/pin/?next=%2Fpay%2F{session_id}%2F"


def test_what_is_missing_is_said_and_offered_to_the_cent() -> None:
    phone = Phone(make_person(funds={"EUR": 1_000}))
    session_id = phone.scan(make_one_time_code(make_shop(), 1190))
    page = phone.look(session_id)
    assert "1.90\N{NO-BREAK SPACE}EUR</strong> is missing" in page and 'name="pin"' not in page
    where = phone.client.post(f"/pay/{session_id}/top-up")["Location"]
    assert where == f"/wallet/top-up/?currency=EUR&amount_minor=190&next=%2Fpay%2F{session_id}%2F"


def test_who_has_enough_is_not_sent_to_top_up() -> None:
    phone = Phone(make_person(funds={"EUR": 5_000}))
    session_id = phone.scan(make_one_time_code(make_shop(), 1190))
    assert phone.client.post(f"/pay/{session_id}/top-up")["Location"] == f"/pay/{session_id}/"


def test_a_frozen_wallet_is_told_so() -> None:
    ann, operator = make_person(funds={"EUR": 5_000}), make_person(is_staff=True)
    freeze_wallet(actor_id=operator.pk, wallet_id=ann.wallet.pk, on=True)
    page = Phone(ann)
    text = page.look(page.scan(make_one_time_code(make_shop())))
    assert "wallet is frozen" in text and 'name="pin"' not in text


def test_an_order_above_the_cap_of_an_unreviewed_shop_asks_for_no_pin() -> None:
    phone = Phone(make_person(funds={"EUR": 50_000}))
    page = phone.look(phone.scan(make_one_time_code(make_shop(reviewed=False), 2_001)))
    assert "more than 20.00" in page and 'name="pin"' not in page


def test_not_my_shop_ends_the_scan_and_tells_the_operator_once() -> None:
    phone, code = Phone(make_person()), make_static_code(make_shop())
    session_id = phone.scan(code)
    assert phone.client.get(f"/pay/{session_id}/cancel")["Location"] == f"/pay/{session_id}/"
    for _ in range(2):
        phone.client.post(f"/pay/{session_id}/cancel")
    assert Session.objects.get(pk=session_id).state == "cancelled"
    (line,) = AuditLine.objects.filter(action="code.wrong_shop")
    assert (line.subject, line.merchant) == (code.pk, code.merchant_id)
    page = phone.client.get(f"/pay/{session_id}/cancel").content.decode()
    assert "Nothing was taken" in page and "Café Morgenrot" in page
    closed = phone.client.get(f"/pay/{session_id}/")
    assert closed.status_code == 409 and "/q/" in closed.content.decode()
    assert phone.scan(code) != session_id


def test_a_page_that_ran_out_leads_back_to_the_code() -> None:
    phone = Phone()
    session_id = phone.scan(make_static_code(make_shop()))
    Session.objects.update(expires_at=database_now() - timedelta(seconds=1))
    for answer in (phone.client.get(f"/pay/{session_id}/"), phone.type(session_id, amount="8.40")):
        assert answer.status_code == 409
        assert "has run out" in answer.content.decode() and "Open the code again" in answer.content.decode()
    assert Session.objects.get(pk=session_id).typed_minor is None


def test_a_code_retired_or_paid_meanwhile_is_told_on_the_page() -> None:
    shop = make_shop()
    static, order = make_static_code(shop), make_one_time_code(shop)
    phone = Phone()
    first, second = phone.scan(static), phone.scan(order)
    retire_qr(actor_id=shop.owner.pk, code_id=static.pk)
    pay(order, make_person(funds={"EUR": 5_000}))
    assert phone.client.get(f"/pay/{first}/").status_code == 410
    assert phone.client.get(f"/pay/{second}/").status_code == 409


def test_the_first_page_of_a_payer_is_small() -> None:
    phone = Phone()
    page = phone.look(phone.scan(make_static_code(make_shop())))
    size = len(page.encode())
    for path in ("vendor/pico.min.css", "house.css", "payments/scan.js"):
        assert f"/static/{path}" in page
        answer = phone.client.get(f"/static/{path}", headers={"accept-encoding": "gzip"})
        size += int(answer["Content-Length"])
    assert page.count("<script") == 1, "and the page works without it"
    assert size < 60_000, size
