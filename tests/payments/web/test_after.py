"""After the yes: the paid page, receipts for those they concern, and the wallet's home."""

import json
from io import BytesIO

import pytest
from django.test import Client
from pypdf import PdfReader

from payments.flows.refund import refund
from payments.models import Receipt
from tests.factories import (
    make_member,
    make_one_time_code,
    make_person,
    make_shop,
    make_static_code,
    pay,
    settle_all,
)
from tests.payments.web.phone import Phone

pytestmark = pytest.mark.django_db


def read(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.content.decode()


def test_the_paid_page_waits_for_its_receipt() -> None:
    ann = make_person(funds={"EUR": 5_000})
    payment = pay(make_one_time_code(make_shop(), reference="Table 4"), ann, tip_minor=100)
    client = Phone(ann).client
    page = read(client, f"/paid/{payment.pk}/")
    assert "receipt follows" in page and 'http-equiv="refresh"' in page
    for text in ("12.90", "Café Morgenrot", "Table 4", "Till 1", str(payment.pk), "Europe/Berlin"):
        assert text in page, text
    settle_all()
    page = read(client, f"/paid/{payment.pk}/")
    assert "receipt follows" not in page and "refresh" not in page
    assert f"/receipts/{Receipt.objects.get().pk}/" in page


def test_a_paid_page_is_its_payers_alone() -> None:
    shop, ann = make_shop(), make_person(funds={"EUR": 5_000})
    payment = pay(make_one_time_code(shop), ann)
    for other in (make_person(pin=None), shop.owner):
        assert Phone(other).client.get(f"/paid/{payment.pk}/").status_code == 404
    assert Client().get(f"/paid/{payment.pk}/")["Location"].startswith("/accounts/login/")


def test_a_receipt_is_for_its_payer_and_for_those_who_see_the_sales() -> None:
    shop, ann = make_shop(), make_person(funds={"EUR": 5_000})
    pay(make_one_time_code(shop), ann)
    settle_all()
    path = f"/receipts/{Receipt.objects.get().pk}"
    for person in (ann, shop.owner, shop.cashier, make_member(shop, "accountant")):
        for ending in ("/", ".pdf"):
            assert Phone(person).client.get(path + ending).status_code == 200
    for person in (make_person(pin=None), make_shop().owner):
        for ending in ("/", ".pdf"):
            assert Phone(person).client.get(path + ending).status_code == 404
    for ending in ("/", ".pdf"):
        assert Client().get(path + ending)["Location"].startswith("/accounts/login/")


def test_the_shop_does_not_learn_who_paid() -> None:
    shop, ann = make_shop(), make_person(funds={"EUR": 5_000})
    pay(make_one_time_code(shop), ann)
    settle_all()
    receipt = Receipt.objects.get()
    page = read(Phone(shop.owner).client, f"/receipts/{receipt.pk}/")
    assert ann.email not in page and str(ann.pk) not in page and str(ann.wallet.pk) not in page
    assert ann.email not in receipt.body and str(ann.pk) not in receipt.body


def test_page_and_pdf_say_everything_a_receipt_must() -> None:
    shop, ann = make_shop(), make_person(funds={"EUR": 5_000})
    lines = [
        {"description": "Breakfast", "category": "reduced", "amount_minor": 990},
        {"description": "Cappuccino", "category": "standard", "amount_minor": 200},
    ]
    payment = pay(make_one_time_code(shop, lines=lines), ann, tip_minor=100)
    settle_all()
    receipt = Receipt.objects.get()
    client = Phone(ann).client
    page = read(client, f"/receipts/{receipt.pk}/").replace("\N{NO-BREAK SPACE}", " ")
    answer = client.get(f"/receipts/{receipt.pk}.pdf")
    assert answer["Content-Type"] == "application/pdf" and "receipt-1.pdf" in answer["Content-Disposition"]
    pdf = pdf_text(answer.content)
    for text in (
        "Nº 1", "Café Morgenrot", "Café Morgenrot GmbH", "Torstraße 12, 10119 Berlin", "DE136695976",
        "Breakfast", "9.90", "Cappuccino", "2.00", "Tip", "1.00", "Total EUR", "12.90",
        "VAT 7 % on 9.25", "0.65", "VAT 19 % on 1.68", "0.32", "(Europe/Berlin)", "Till 1", str(payment.pk),
    ):  # fmt: skip
        assert text in page, text
        assert text in pdf, text
    assert json.loads(receipt.body)["local_time"][11:16] in page
    assert client.get(f"/receipts/{receipt.pk}.pdf").content == answer.content


def test_a_refund_receipt_names_the_old_one() -> None:
    shop, ann = make_shop(), make_person(funds={"EUR": 5_000})
    payment = pay(make_one_time_code(shop), ann)
    settle_all()
    refund(actor=shop.cashier, payment_id=payment.pk, key="one")
    receipt = Receipt.objects.get(kind="refund")
    client = Phone(ann).client
    page, pdf = (
        read(client, f"/receipts/{receipt.pk}/"),
        pdf_text(client.get(f"/receipts/{receipt.pk}.pdf").content),
    )
    for text in ("Refund receipt", "Nº 2", "Gives back money of receipt Nº 1.", "11.90"):
        assert text in page and text in pdf, text
    assert f"/receipts/{receipt.pk}/" in read(client, f"/paid/{payment.pk}/")


def test_an_empty_wallet_teaches_the_first_thing_to_do() -> None:
    page = read(Phone(make_person(pin=None)).client, "/wallet/")
    assert "Your wallet is empty" in page and "/wallet/top-up/" in page and "Set your PIN" in page


def test_the_wallet_shows_balances_payments_and_money_in() -> None:
    shop, ann = make_shop(), make_person(funds={"EUR": 5_000, "VND": 400_000})
    settled = pay(make_one_time_code(shop, 1190), ann)
    settle_all()
    refund(actor=shop.cashier, payment_id=settled.pk, key="one", amount_minor=190)
    pay(make_static_code(shop), ann, 500)
    page = read(Phone(ann).client, "/wallet/").replace("\N{NO-BREAK SPACE}", " ")
    for text in (
        "35.00", "5.00 EUR more is promised", "400,000", "partly refunded", "receipt follows", "+1.90 EUR",
        "+50.00 EUR", "Nº 1", "Nº 2",
    ):  # fmt: skip
        assert text in page, text


def test_a_wallet_shows_nobody_elses() -> None:
    shop, ann, bob = make_shop(trade_name="Geheimer Laden"), make_person(funds={"EUR": 5_000}), make_person()
    pay(make_one_time_code(shop), ann)
    settle_all()
    client = Phone(bob).client
    for path in ("/wallet/", "/wallet/history/", "/wallet/movements/"):
        assert "Geheimer Laden" not in read(client, path)
        assert "11.90" not in read(client, path)
        assert Client().get(path)["Location"].startswith("/accounts/login/")


def test_the_history_has_pages_and_loses_no_payment() -> None:
    shop, ann = make_shop(), make_person(funds={"EUR": 9_000})
    code = make_static_code(shop)
    for minor in range(100, 128):
        pay(code, ann, minor)
    settle_all()
    client = Phone(ann).client
    pages = [read(client, f"/wallet/history/?page={number}") for number in (1, 2)]
    for minor in range(100, 128):
        amount = f"{minor / 100:.2f}\N{NO-BREAK SPACE}EUR"
        assert [amount in page for page in pages].count(True) == 1, amount
    first = read(client, "/wallet/movements/")
    older = first.split('href="?before=')[1].split('"')[0]
    movements = [first, read(client, f"/wallet/movements/?before={older}")]
    for minor in range(100, 128):
        amount = f"−{minor / 100:.2f}\N{NO-BREAK SPACE}EUR"
        assert [amount in page for page in movements].count(True) == 1, amount
    assert "+90.00" in movements[1]


def test_an_odd_page_or_moment_is_no_error() -> None:
    client = Phone(make_person(funds={"EUR": 100})).client
    for path in (
        "history/?page=x",
        "history/?page=99",
        "movements/?before=x",
        "movements/?before=2026-13-01T00:00",
    ):
        assert client.get(f"/wallet/{path}").status_code == 200, path


def pdf_text(content: bytes) -> str:
    pages = PdfReader(BytesIO(content)).pages
    return "\n".join(page.extract_text() for page in pages).replace("\N{NO-BREAK SPACE}", " ")
