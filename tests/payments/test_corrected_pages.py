"""A corrected sale on the pages of shop, till and payer, behind its code, and in the report of a shift."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from payments.flows.close_shift import close_shift
from payments.flows.correct_sales import correct_sales
from payments.flows.open_shift import open_shift
from payments.flows.refund import refund
from payments.models import Payment, Receipt
from payments.papers.z_text import z_text
from payments.queries.receipts import receipt_link
from people.models import User
from tests.factories import Shop, make_person, make_static_code, pay, settle_all
from tests.payments.provisional import complete, provisional_shop

pytestmark = pytest.mark.django_db
Open = Callable[[User], Client]


@pytest.fixture
def shop() -> Shop:
    return provisional_shop()


@pytest.fixture
def ann() -> User:
    return make_person(funds={"EUR": 50_000})


@pytest.fixture
def paid(shop: Shop, ann: User) -> Payment:
    """11.90 with 1.90 of tax, and a tip."""
    made = pay(make_static_code(shop), ann, 1190, tip_minor=100)
    settle_all()
    return made


def corrected(shop: Shop) -> Receipt:
    """To 7 %: 0.78."""
    complete(shop, "reduced")
    assert correct_sales() >= 1
    return Receipt.objects.get(kind="correction")


def words(browser: Client, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200, address
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def test_the_day_has_the_tax_as_it_is(shop: Shop, ann: User, paid: Payment, client_of: Open) -> None:
    pay(make_static_code(shop), ann, 2380)
    settle_all()
    address, desk = f"/shop/{shop.merchant.pk}/sales/", client_of(shop.owner)
    before = words(desk, address)
    assert "Tax in it 5.70 EUR after refunds, 2 provisional" in before
    assert before.count("tax provisional") == 2
    complete(shop, "reduced")
    correct_sales(limit=1)
    # 0.78 of the first, 3.80 of the second.
    text = words(desk, address)
    assert "Tax in it 4.58 EUR after refunds, 1 provisional" in text
    assert (text.count("tax corrected"), text.count("tax provisional")) == (1, 1)
    assert "0.78 1.00 12.90" in text
    assert "The day, before refunds 4.58 1.00 36.70" in text
    refund(actor=shop.owner, payment_id=paid.pk, key="a")
    text = words(desk, address)
    assert "Tax in it 3.80 EUR after refunds" in text
    assert "The day, before refunds 4.58" in text


def test_the_sales_page_shows_both_taxes(shop: Shop, paid: Payment, client_of: Open) -> None:
    pages = {
        f"/shop/{shop.merchant.pk}/payments/{paid.pk}/": client_of(shop.owner),
        f"/till/{shop.till.pk}/payments/{paid.pk}/": client_of(shop.cashier),
    }
    for address, browser in pages.items():
        assert "The tax is provisional, at the full rate" in words(browser, address)
    receipt = corrected(shop)
    for address, browser in pages.items():
        text = words(browser, address)
        assert "it was 1.90 EUR and is 0.78 EUR" in text
        assert f"Nº {receipt.number} · tax corrected" in text
        assert "VAT 19" in text
        assert "VAT 7" in text
        assert "The tax is provisional" not in text
        own = f"{address}receipts/{receipt.pk}/"
        assert own in browser.get(address).content.decode()
        assert "Corrects the tax of receipt Nº 1" in words(browser, own)


def test_the_payer_finds_the_corrected_receipt(shop: Shop, ann: User, paid: Payment, client_of: Open) -> None:
    receipt = corrected(shop)
    browser = client_of(ann)
    assert f"Corrected receipt Nº {receipt.number}" in words(browser, f"/paid/{paid.pk}/")
    text = words(browser, f"/receipts/{receipt.pk}/")
    assert "What was paid stays as it was. Tips, and what had gone back before, are not on it." in text


def test_behind_each_code_stands_what_is_true(shop: Shop, paid: Payment) -> None:
    receipt = corrected(shop)
    old = words(Client(), receipt_link(paid.receipts.get(kind="sale")))
    assert f"Its tax was corrected by Nº {receipt.number}" in old
    new = words(Client(), receipt_link(receipt))
    assert f"Corrected receipt Nº {receipt.number}" in new
    assert "Its tax was corrected by" not in new
    # What the paper says: the tip is on the other one.
    assert "Paid 11.90 EUR" in new


def test_a_shift_that_closes_after_the_correction_counts_each_sale_once(shop: Shop, ann: User) -> None:
    shift = open_shift(actor=shop.cashier, till_id=shop.till.pk, float_minor=0, key="open")
    pay(make_static_code(shop), ann, 1190)
    settle_all()
    corrected(shop)
    closed = close_shift(
        actor=shop.cashier, till_id=shop.till.pk, shift_id=shift.pk, counted_minor=0, key="close"
    )
    said: dict[str, Any] = json.loads(closed.report)
    sales = said["sales"]
    assert (sales["payments"], sales["gross_minor"], sales["tax_minor"]) == (1, 1190, 190)
    assert [(rate["rate"], rate["net_minor"], rate["tax_minor"]) for rate in sales["rates"]] == [
        ("19.0000", 1000, 190)
    ]
    assert sales["receipts"] == {"first": 1, "last": 1, "waiting": 0}
    rows = [row for section in z_text(said, {}).sections for row in section.rows]
    assert [row.amount for row in rows if row.text == "Taxed provisionally, as at the sale"] == ["1"]
