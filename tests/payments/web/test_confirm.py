"""The yes over HTTP: one payment however often it is sent, and every no says what to do and takes nothing."""

import base64
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from merchants.models import QrCode
from payments.core import confirmation
from payments.models import Payment, Session
from people.models import User
from tests.factories import make_one_time_code, make_person, make_shop, make_static_code, pay
from tests.payments.web.phone import Phone, state_of
from wallets.queries import balances_of

pytestmark = pytest.mark.django_db


def ready(amount_minor: int = 1190) -> tuple[Phone, User, QrCode]:
    """A phone in front of an order, with money for it."""
    ann = make_person(funds={"EUR": 2_000})
    return Phone(ann), ann, make_one_time_code(make_shop(), amount_minor)


def nothing_moved(ann: User) -> bool:
    (balance,) = balances_of(ann.pk)
    return (balance.balance_minor, balance.held_minor) == (2_000, 0) and not Payment.objects.exists()


def test_a_yes_leads_to_the_paid_page() -> None:
    phone, ann, code = ready()
    answer = phone.pay(code)
    payment = Payment.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/paid/{payment.pk}/")
    assert (payment.person_id, payment.total_minor, payment.state) == (ann.pk, 1190, "promised")
    assert balances_of(ann.pk)[0].available_minor == 810


def test_a_typed_amount_with_a_tip_is_paid() -> None:
    ann = make_person(funds={"EUR": 2_000})
    Phone(ann).pay(make_static_code(make_shop()), amount="8.40", tip="10")
    payment = Payment.objects.get()
    assert (payment.sale_minor, payment.tip_minor, payment.total_minor) == (840, 84, 924)


def test_a_repeated_post_a_reload_and_a_second_look_are_one_payment() -> None:
    phone, ann, code = ready()
    session_id = phone.scan(code)
    token = phone.token(session_id)
    places = {phone.confirm(session_id, token)["Location"] for _ in range(3)}
    payment = Payment.objects.get()
    assert places == {f"/paid/{payment.pk}/"}
    assert phone.client.get(f"/pay/{session_id}/")["Location"] == f"/paid/{payment.pk}/"
    assert phone.confirm(session_id, "anything", "000000")["Location"] == f"/paid/{payment.pk}/"
    assert balances_of(ann.pk)[0].held_minor == 1190


@pytest.mark.django_db(transaction=True)
def test_a_double_tap_is_one_payment() -> None:
    phone, ann, code = ready()
    session_id = phone.scan(code)
    token = phone.token(session_id)
    cookies = phone.client.cookies

    def tap(_: int) -> str:
        finger = Phone()
        finger.client.cookies = cookies
        try:
            return str(finger.confirm(session_id, token)["Location"])
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as fingers:
        places = set(fingers.map(tap, range(6)))
    payment = Payment.objects.get()
    assert places == {f"/paid/{payment.pk}/"}
    assert balances_of(ann.pk)[0].held_minor == 1190


def test_each_altered_byte_of_the_hidden_token_is_a_409() -> None:
    phone, ann, code = ready()
    session_id = phone.scan(code)
    token = phone.token(session_id)
    raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    for place in range(len(raw)):
        other = bytearray(raw)
        other[place] ^= 1
        forged = base64.urlsafe_b64encode(bytes(other)).rstrip(b"=").decode()
        answer = phone.confirm(session_id, forged)
        assert answer.status_code == 409, place
        assert "Nothing was taken" in answer.content.decode()
    for forged in ("", "x", token + "A", token[:-1], "é"):
        assert phone.confirm(session_id, forged).status_code == 409, forged
    assert nothing_moved(ann)
    assert phone.confirm(session_id, token).status_code == 302  # the control: the whole one pays


def test_a_token_of_another_session_or_person_is_a_409() -> None:
    phone, ann, code = ready()
    shop_twin = make_one_time_code(make_shop(), 1190)
    bob = make_person(funds={"EUR": 2_000})
    theirs = Phone(bob)
    session_id = phone.scan(code)
    other_session = phone.token(phone.scan(shop_twin))
    other_person = theirs.token(theirs.scan(code))
    for token in (other_session, other_person):
        assert phone.confirm(session_id, token).status_code == 409
    assert nothing_moved(ann)


def test_an_amount_that_changed_in_between_is_shown_anew() -> None:
    ann = make_person(funds={"EUR": 2_000})
    phone = Phone(ann)
    session_id = phone.scan(make_static_code(make_shop()))
    phone.type(session_id, amount="8.40")
    token = phone.token(session_id)
    phone.type(session_id, amount="9.90")
    answer = phone.confirm(session_id, token)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "the amount has changed" in page and "It is 9.90" in page and "Nothing was taken" in page
    assert nothing_moved(ann)
    assert phone.confirm(session_id, phone.token(session_id)).status_code == 302
    assert Payment.objects.get().total_minor == 990


def test_a_changed_tip_counts_too_even_when_it_is_changed_back() -> None:
    phone, ann, code = ready()
    session_id = phone.scan(code)
    token = phone.token(session_id)
    phone.type(session_id, tip="10")
    phone.type(session_id, tip="0")
    assert phone.confirm(session_id, token).status_code == 409
    assert nothing_moved(ann)


def test_a_page_open_too_long_is_a_409() -> None:
    phone, ann, code = ready()
    session_id = phone.scan(code)
    session = Session.objects.select_related("code__merchant").get(pk=session_id)
    shown = confirmation.Shown(session_id, session.version, ann.pk, session.merchant_id, "EUR", 1190, 0)
    key = b"for-tests-only-" + b"0123456789" * 5
    old = confirmation.seal(shown, expires=1_600_000_000, key=key)
    answer = phone.confirm(session_id, old)
    assert answer.status_code == 409 and "open too long" in answer.content.decode()
    assert nothing_moved(ann)
    good = confirmation.seal(shown, expires=4_000_000_000, key=key)
    assert phone.confirm(session_id, good).status_code == 302  # the control: only the time was wrong


def test_the_token_of_a_page_lives_five_minutes() -> None:
    phone, _, code = ready()
    session_id = phone.scan(code)
    token = phone.token(session_id)
    raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    left = int.from_bytes(raw[:8], "big") - int(time.time())
    assert 290 <= left <= 300


def test_wrong_pins_are_counted_on_the_page_until_it_is_blocked() -> None:
    phone, ann, code = ready()
    session_id = phone.scan(code)
    token = phone.token(session_id)
    for left in (4, 3, 2, 1):
        answer = phone.confirm(session_id, token, "135790")
        page = answer.content.decode()
        assert answer.status_code == 403
        assert (f"{left} tries are left" if left > 1 else "1 try is left") in page
        assert "Nothing was taken" in page
    answer = phone.confirm(session_id, token, "135790")
    assert answer.status_code == 403 and "blocked" in answer.content.decode()
    assert phone.confirm(session_id, token).status_code == 403
    assert "Set a new PIN" in phone.look(session_id)
    assert nothing_moved(ann)


@pytest.mark.parametrize("pin", ["", "12345", "1234567", "２４６８１０", "24681O"])
def test_a_malformed_pin_is_400_and_not_counted(pin: str) -> None:
    phone, ann, code = ready()
    session_id = phone.scan(code)
    assert phone.confirm(session_id, phone.token(session_id), pin).status_code == 400
    assert nothing_moved(ann)
    assert phone.confirm(session_id, phone.token(session_id)).status_code == 302


def test_money_spent_meanwhile_is_told_with_what_is_missing() -> None:
    phone, ann, code = ready()
    session_id = phone.scan(code)
    token = phone.token(session_id)
    pay(make_one_time_code(make_shop(), 1500), ann)
    answer = phone.confirm(session_id, token)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "does not hold enough" in page and "6.90\N{NO-BREAK SPACE}EUR</strong> is missing" in page
    assert Payment.objects.count() == 1
    assert state_of(session_id)[0] == "open"


def test_a_tip_that_lifts_a_printed_code_over_its_cap_is_refused() -> None:
    ann = make_person(funds={"EUR": 9_000})
    phone = Phone(ann)
    session_id = phone.scan(make_static_code(make_shop()))
    phone.type(session_id, amount="49.00", tip="10")
    page = phone.look(session_id)
    assert "more than 50.00" in page and 'name="pin"' not in page
    assert phone.confirm(session_id, "x").status_code == 409
    assert not Payment.objects.exists()


def test_an_order_that_another_paid_is_told_so() -> None:
    phone, ann, code = ready()
    session_id = phone.scan(code)
    token = phone.token(session_id)
    pay(code, make_person(funds={"EUR": 5_000}))
    answer = phone.confirm(session_id, token)
    assert answer.status_code == 409 and "paid already" in answer.content.decode()
    assert balances_of(ann.pk)[0].held_minor == 0
    assert Payment.objects.count() == 1


def test_who_is_not_signed_in_cannot_confirm() -> None:
    phone, _, code = Phone(), None, make_one_time_code(make_shop())
    session_id = phone.scan(code)
    assert phone.confirm(session_id, "x")["Location"] == f"/pay/{session_id}/"
    assert not Payment.objects.exists()
