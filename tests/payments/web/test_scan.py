"""The door of a printed code: it opens, it stays open for one browser, and each no has its own page."""

from datetime import timedelta

import pytest
from django.test import Client

from base.ids import database_now
from merchants.flows.freeze_merchant import freeze_merchant
from merchants.flows.retire_qr import retire_qr
from merchants.models import TaxProfile
from merchants.queries import token_of
from payments.models import Session
from tests.factories import make_one_time_code, make_person, make_shop, make_static_code, pay
from tests.payments.web.phone import Phone

pytestmark = pytest.mark.django_db


def refused(token: str, client: Client | None = None) -> tuple[int, str]:
    answer = (client or Client()).get(f"/q/{token}")
    return answer.status_code, answer.content.decode()


def test_a_scan_opens_a_session_and_the_page_names_the_shop() -> None:
    code = make_static_code(make_shop())
    phone = Phone()
    session_id = phone.scan(code)
    session = Session.objects.get(pk=session_id)
    assert (session.code_id, session.person_id, session.state) == (code.pk, None, "open")
    page = phone.look(session_id)
    assert "Café Morgenrot" in page and "Torstraße 12, 10119 Berlin" in page and "DE136695976" in page


def test_a_second_scan_finds_the_same_session_and_another_browser_its_own() -> None:
    code = make_static_code(make_shop())
    phone = Phone()
    first = phone.scan(code)
    assert phone.scan(code) == first
    assert Phone().scan(code) != first


def test_a_session_that_ran_out_is_not_found_again() -> None:
    code = make_static_code(make_shop())
    phone = Phone()
    first = phone.scan(code)
    Session.objects.filter(pk=first).update(expires_at=database_now() - timedelta(seconds=1))
    assert phone.scan(code) != first


def test_a_signed_in_scan_belongs_to_the_person_at_once() -> None:
    ann = make_person()
    session_id = Phone(ann).scan(make_static_code(make_shop()))
    assert Session.objects.get(pk=session_id).person_id == ann.pk


def test_a_browser_keeps_few_scans() -> None:
    shop, phone = make_shop(), Phone()
    for _ in range(12):
        phone.scan(make_static_code(shop))
    assert len(phone.client.session["scans"]) == 10


def test_an_altered_code_is_not_ours() -> None:
    token = token_of(make_static_code(make_shop()))
    for other in ("x", token.lower(), token + "A", token[:-1], "%00", "a b"):
        status, page = refused(other)
        assert status == 404, other
        assert "This code is not ours" in page and "code_unknown" in page
    assert not Session.objects.exists()


def test_each_character_of_a_token_counts() -> None:
    token = token_of(make_static_code(make_shop()))
    for place, letter in enumerate(token):
        other = token[:place] + ("A" if letter != "A" else "B") + token[place + 1 :]
        assert refused(other)[0] == 404, place


def test_a_retired_code_says_so() -> None:
    shop = make_shop()
    code = make_static_code(shop)
    retire_qr(actor_id=shop.owner.pk, code_id=code.pk)
    status, page = refused(token_of(code))
    assert status == 410 and "no longer in use" in page and "Nothing was taken" in page


def test_an_expired_code_says_so() -> None:
    status, page = refused(token_of(make_one_time_code(make_shop(), life=timedelta(seconds=-1))))
    assert status == 410 and "has run out" in page and "Nothing was taken" in page


def test_a_paid_code_leads_its_payer_to_the_payment_and_tells_others_no_more() -> None:
    code, ann = make_one_time_code(make_shop()), make_person(funds={"EUR": 5_000})
    payment = pay(code, ann)
    answer = Phone(ann).client.get(f"/q/{token_of(code)}")
    assert (answer.status_code, answer["Location"]) == (302, f"/paid/{payment.pk}/")
    status, page = refused(token_of(code))
    assert status == 409 and "paid already" in page and str(payment.pk) not in page


def test_a_stopped_shop_takes_nothing() -> None:
    shop, operator = make_shop(), make_person(is_staff=True)
    freeze_merchant(operator_id=operator.pk, merchant_id=shop.merchant.pk, on=True)
    status, page = refused(token_of(make_static_code(shop)))
    assert status == 403 and "cannot be paid now" in page and "Nothing was taken" in page


def test_a_shop_without_tax_profile_is_not_ready() -> None:
    shop = make_shop()
    TaxProfile.objects.all().delete()
    status, page = refused(token_of(make_static_code(shop)))
    assert status == 409 and "not ready yet" in page


def test_only_get_opens_a_scan() -> None:
    token = token_of(make_static_code(make_shop()))
    assert Client().post(f"/q/{token}").status_code == 405
    assert Client().head(f"/q/{token}").status_code == 405
    assert not Session.objects.exists()
