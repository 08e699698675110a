"""A receipt at the counter: from the green screen to the paper, for a sale and for its refund."""

import re

import pytest

from payments.flows.refund import refund
from payments.models import Payment, Receipt
from payments.queries.receipts import receipt_token
from tests.factories import make_one_time_code, pay, settle_all
from tests.payments.till.shop_floor import Floor

pytestmark = pytest.mark.django_db


def paid(floor: Floor) -> Payment:
    return pay(make_one_time_code(floor.shop), floor.people["customer"])


def page(floor: Floor, path: str, role: str = "cashier") -> str:
    answer = floor.browser(role).get(path)
    assert answer.status_code == 200, answer.status_code
    return " ".join(answer.content.decode().split())


def test_the_green_screen_leads_to_the_receipt_as_soon_as_it_has_its_number(floor: Floor) -> None:
    payment = paid(floor)
    newest = f"{floor.till}payments/{payment.pk}/receipt"
    code = f"{floor.till}code/{payment.one_time_code_id}/"
    assert f'href="{newest}"' in page(floor, code)
    assert f'href="{newest}"' in page(floor, f"{floor.till}live")
    assert "being numbered" in page(floor, newest) and 'http-equiv="refresh" content="2"' in page(
        floor, newest
    )
    settle_all()
    receipt = Receipt.objects.get(payment=payment)
    answer = floor.browser("cashier").get(newest)
    assert (answer.status_code, answer["Location"]) == (
        302,
        f"{floor.till}payments/{payment.pk}/receipts/{receipt.pk}/",
    )


def test_a_code_that_waits_has_the_link_ready_for_the_script(floor: Floor) -> None:
    """till.js adds the payment and `/receipt` to the address that the page says."""
    found = page(floor, f"{floor.till}code/{make_one_time_code(floor.shop).pk}/")
    assert 'data-green-receipt href=""' in found and f'data-payments="{floor.till}payments/"' in found


def test_the_paper_says_all_and_its_code_is_its_own(floor: Floor) -> None:
    payment = paid(floor)
    settle_all()
    sale = Receipt.objects.get(payment=payment)
    done = refund(actor=floor.shop.owner, payment_id=payment.pk, key="a", amount_minor=500)
    base = f"{floor.till}payments/{payment.pk}/receipts/"
    found = page(floor, f"{base}{sale.pk}/")
    for fact in ("Café Morgenrot GmbH", "DE136695976", f"Nº {sale.number}", "Total EUR", "11.90", "VAT 19"):
        assert fact in found, fact
    back = page(floor, f"{base}{done.receipt.pk}/")
    assert "Refund receipt" in back and "Gives back money" in back and "5.00" in back
    paths = [re.findall(r'<path fill="#000" d="([^"]+)"', each) for each in (found, back)]
    assert len(set(paths[0])) == len(set(paths[1])) == 1 and paths[0] != paths[1]
    assert receipt_token(sale) != receipt_token(done.receipt)


@pytest.mark.parametrize(
    ("asked", "drawn"), [("", "80"), ("?width=58", "58"), ("?width=80", "80"), ("?width=1", "80")]
)
def test_the_width_of_the_paper_is_chosen_without_a_script_too(floor: Floor, asked: str, drawn: str) -> None:
    payment = paid(floor)
    settle_all()
    path = f"{floor.till}payments/{payment.pk}/receipts/{Receipt.objects.get(payment=payment).pk}/"
    found = page(floor, path + asked)
    assert f'class="roll{drawn}"' in found and f'data-roll="{drawn}"' in found
    assert f'href="?width={drawn}" aria-current="page"' in found


def test_the_payment_s_page_shows_the_code_to_the_customer(floor: Floor) -> None:
    payment = paid(floor)
    path = f"{floor.till}payments/{payment.pk}/"
    assert "The customer scans this" not in page(floor, path)
    settle_all()
    assert "The customer scans this" in page(floor, path)
    assert f"{path}receipts/{Receipt.objects.get(payment=payment).pk}/" in page(floor, path)


def test_till_and_customer_are_told_what_the_proof_is(floor: Floor) -> None:
    payment = paid(floor)
    assert "A picture on a customer’s phone proves nothing" in page(floor, floor.till)
    assert "till is the proof; a picture of this page proves nothing" in page(
        floor, f"/paid/{payment.pk}/", "customer"
    ).replace("&#x27;", "'")
