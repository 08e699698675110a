"""The door behind a receipt's code: the true state for whoever holds the paper, the payer for nobody."""

import json
import re
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client, override_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from base.core.errors import Refused
from merchants.queries import token_of
from payments.flows.refund import refund
from payments.models import Payment, Receipt
from payments.queries.receipts import (
    desk_of,
    read_receipt_token,
    receipt_link,
    receipt_of,
    receipt_token,
    sale_receipt_of,
)
from tests.factories import make_one_time_code, make_shop, make_static_code, pay, settle_all
from tests.payments.till.shop_floor import Floor, statuses

pytestmark = pytest.mark.django_db
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
TOKEN = st.text(alphabet=ALPHABET, min_size=46, max_size=46)


def sold(floor: Floor, amount_minor: int = 1190) -> tuple[Payment, Receipt]:
    payment = pay(make_one_time_code(floor.shop, amount_minor), floor.people["customer"])
    settle_all()
    return payment, Receipt.objects.get(payment=payment)


def back(floor: Floor, payment: Payment, amount_minor: int | None = None) -> Receipt:
    done = refund(actor=floor.shop.owner, payment_id=payment.pk, key=str(uuid4()), amount_minor=amount_minor)
    return Receipt.objects.get(refund=done)


def look(receipt: Receipt, browser: Client | None = None) -> str:
    answer = (browser or Client()).get(f"/r/{receipt_token(receipt)}")
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def state_on(page: str) -> str:
    (found,) = re.findall(r'data-receipt-state="([^"]+)"', page)
    return found


def test_everybody_with_the_paper_sees_what_is_printed_and_what_is_true(floor: Floor) -> None:
    _, receipt = sold(floor)
    assert statuses(
        floor, lambda browser: browser.get(f"/r/{receipt_token(receipt)}").status_code
    ) == dict.fromkeys(
        ("owner", "manager", "cashier", "accountant", "other_owner", "customer", "anonymous"), 200
    )
    page = look(receipt)
    assert state_on(page) == "paid" and "can be faked" in page and "own till" in page
    for fact in ("Café Morgenrot", f"Nº {receipt.number}", "11.90", "VAT 19", "1.90", "DE136695976", "Order"):
        assert fact in page, fact


def test_nothing_says_who_paid(floor: Floor) -> None:
    """Nor to whom a session belongs: the pages of the payer and of a stranger are the same."""
    payer = floor.people["customer"]
    payer.name = "Anna Payer"
    payer.save()
    payment, receipt = sold(floor)
    assert receipt.payment.person_id == payer.pk
    for page in (look(receipt), look(receipt, floor.browser("owner"))):
        for secret in (payer.email, payer.name, str(payer.pk), str(payment.wallet), str(payment.session_id)):
            assert secret not in page


def test_a_refund_after_the_print_shows_at_once(floor: Floor) -> None:
    payment, receipt = sold(floor)
    assert state_on(look(receipt)) == "paid"
    first = back(floor, payment, 440)
    page = look(receipt)
    assert state_on(page) == "part refunded" and "4.40 EUR" in page.replace("\xa0", " ") and "7.50" in page
    back(floor, payment)
    page = look(receipt)
    assert state_on(page) == "refunded" and "11.90" in page
    page = look(first)
    assert state_on(page) == "refunded" and "Gives back money of receipt" in page and "4.40" in page


def test_the_state_is_read_from_the_row_and_not_from_the_paper(floor: Floor) -> None:
    """Control: with the paper's text alone this receipt would say "paid" for ever."""
    payment, receipt = sold(floor)
    back(floor, payment)
    assert json.loads(Receipt.objects.get(pk=receipt.pk).body)["kind"] == "sale"
    assert state_on(look(receipt)) == "refunded"


def test_people_of_the_shop_are_led_to_the_payment(floor: Floor) -> None:
    payment, receipt = sold(floor)
    ways = {
        role: f"/shop/{floor.shop.merchant.pk}/payments/{payment.pk}/" for role in ("owner", "accountant")
    }
    ways["cashier"] = f"{floor.till}payments/{payment.pk}/"
    for role, way in ways.items():
        browser = floor.browser(role)
        assert f'href="{way}"' in look(receipt, browser), role
        assert browser.get(way).status_code == 200
    for role in ("other_owner", "customer", "anonymous"):
        assert "/payments/" not in look(receipt, floor.browser(role)), role
    elsewhere = make_shop(trade_name="Next door")
    browser = Client()
    browser.force_login(elsewhere.cashier, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert "/payments/" not in look(receipt, browser)


def test_who_has_left_the_shop_is_a_stranger(floor: Floor) -> None:
    _, receipt = sold(floor)
    browser = floor.browser("cashier")
    assert "/payments/" in look(receipt, browser)
    floor.shop.cashier.memberships.update(ended_at="2026-01-01T00:00:00Z")
    assert "/payments/" not in look(receipt, browser)


def test_a_cashier_finds_a_poster_s_payment_at_a_till_of_its_branch(floor: Floor) -> None:
    payment = pay(make_static_code(floor.shop, till=False), floor.people["customer"], 500)
    settle_all()
    receipt = Receipt.objects.get(payment=payment)
    assert f'href="{floor.till}payments/{payment.pk}/"' in look(receipt, floor.browser("cashier"))


def test_it_is_kept_by_nobody_on_the_way(floor: Floor) -> None:
    _, receipt = sold(floor)
    for path in (f"/r/{receipt_token(receipt)}", f"/r/{receipt_token(receipt)}.pdf"):
        answer = Client().get(path)
        assert answer.status_code == 200
        assert answer["Cache-Control"] == "no-store" and "noindex" in answer["X-Robots-Tag"]
        assert answer["Referrer-Policy"] == "no-referrer" and "Set-Cookie" not in answer
        assert not answer.cookies


def test_the_paper_can_be_kept_as_pdf_without_an_account(floor: Floor) -> None:
    _, receipt = sold(floor)
    answer = Client().get(f"/r/{receipt_token(receipt)}.pdf")
    assert answer["Content-Type"] == "application/pdf" and answer.content.startswith(b"%PDF-")
    assert f"/r/{receipt_token(receipt)}.pdf" in look(receipt)


def test_nothing_is_written_there(floor: Floor) -> None:
    _, receipt = sold(floor)
    path = f"/r/{receipt_token(receipt)}"
    assert Client().post(path).status_code == Client().post(f"{path}.pdf").status_code == 405
    assert Client().head(path).status_code == 200


def answer_to(token: str, ending: str = "") -> tuple[int, str, Mapping[str, Any]]:
    answer = Client().get(f"/r/{token}{ending}")
    return answer.status_code, answer.content.decode(), dict(answer.headers)


def test_every_altered_character_is_the_one_404_without_a_query(
    floor: Floor, django_assert_num_queries: Any
) -> None:
    _, receipt = sold(floor)
    token = receipt_token(receipt)
    nobody = answer_to("A" * 46)
    assert nobody[0] == 404 and "code_unknown" in nobody[1]
    with django_assert_num_queries(0):
        for place, right in enumerate(token):
            for wrong in ("A", "B"):
                if wrong != right:
                    altered = token[:place] + wrong + token[place + 1 :]
                    assert answer_to(altered) == nobody, place
                    assert answer_to(altered, ".pdf")[0] == 404


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=TOKEN | st.text(max_size=60), place=st.integers(0, 45), letter=st.sampled_from(ALPHABET))
def test_only_what_was_signed_is_read(
    signed: tuple[str, Receipt], text: str, place: int, letter: str
) -> None:
    token, receipt = signed
    for guess in (text, token[:place] + letter + token[place + 1 :]):
        if guess == token:
            assert read_receipt_token(guess).pk == receipt.pk
        else:
            with pytest.raises(Refused) as no:
                read_receipt_token(guess)
            assert (no.value.code, no.value.status, no.value.facts) == ("code_unknown", 404, {})


@pytest.fixture
def signed(floor: Floor) -> tuple[str, Receipt]:
    _, receipt = sold(floor)
    return receipt_token(receipt), receipt


def test_a_code_to_pay_by_is_no_receipt_and_a_receipt_is_no_code(floor: Floor) -> None:
    """Also where both have the same id, which no real pair has: only the door's own words keep them apart."""
    _, receipt = sold(floor)
    code = make_static_code(floor.shop)
    assert Client().get(f"/q/{receipt_token(receipt)}").status_code == 404
    assert Client().get(f"/r/{token_of(code)}").status_code == 404
    code.pk = receipt.pk
    code.save(force_insert=True)
    assert Client().get(f"/r/{token_of(code)}").status_code == 404
    assert Client().get(f"/q/{receipt_token(receipt)}").status_code == 404
    assert Client().get(f"/q/{token_of(code)}").status_code == 302


def test_a_receipt_outlives_a_change_of_keys_and_not_the_loss_of_one(floor: Floor) -> None:
    _, receipt = sold(floor)
    printed = receipt_token(receipt)
    old, new = b"o" * 32, b"n" * 32
    with override_settings(CODE_KEYS={1: old}):
        printed = receipt_token(receipt)
    with override_settings(CODE_KEYS={2: new, 1: old}):
        assert read_receipt_token(printed).pk == receipt.pk
        again = receipt_token(receipt)
        assert again != printed and read_receipt_token(again).pk == receipt.pk
    with override_settings(CODE_KEYS={2: new}), pytest.raises(Refused, match="code_unknown"):
        read_receipt_token(printed)


def test_reading_a_code_is_one_query(floor: Floor, django_assert_num_queries: Any) -> None:
    payment, receipt = sold(floor)
    token = receipt_token(receipt)
    with django_assert_num_queries(1):
        found = read_receipt_token(token)
        assert found.payment.branch.name and found.merchant.trade_name and found.payment.till
    with django_assert_num_queries(1):
        assert receipt_of(payment, receipt.pk).merchant.trade_name
    with django_assert_num_queries(1):
        assert sale_receipt_of(payment) == receipt
    with django_assert_num_queries(1):
        assert desk_of(floor.shop.cashier, found) == ("till", payment.till_id)
    assert receipt_link(found).endswith(f"/r/{token}")
    assert payment.pk == found.payment_id
